//! What the forms of an application have in common: the fields, what can be chosen, and what is wrong with what was typed.

use super::{profile, scope, words};
use crate::app::App;
use crate::app::clients::{AccessTokenFormat, Algorithm, Mapping, Profile, Reach};
use crate::app::groups::{GroupQuery, LIMIT_MAX, READ, page as page_of_groups};
use crate::domain::role::RoleModel;
use crate::domain::{Error, Flaw};
use crate::oidc::mapping::sources;
use crate::oidc::scope::Scope;
use crate::web::console::Console;
use crate::web::console::list::Choice;
use crate::web::form::Fields;
use crate::web::texts::Texts;

/// The fields that a new application has under "more".
const MORE: [&str; 9] = [
    "backchannel_logout_uri",
    "events_uri",
    "frontchannel_logout_uri",
    "initiate_login_uri",
    "id_token_alg",
    "pairwise",
    "profile",
    "require_mfa",
    "scope",
];

/// A form as it is shown.
pub(super) struct Form {
    pub(super) fields: Fields,
    pub(super) wrong: Option<Wrong>,
    pub(super) scopes: Vec<Choice>,
    pub(super) profiles: Vec<Choice>,
    pub(super) algorithms: Vec<Choice>,
    pub(super) formats: Vec<Choice>,
    pub(super) roles: Vec<Choice>,
    pub(super) groups: Vec<Choice>,
    /// The claims that others can be taken from.
    pub(super) sources: String,
}

/// What is wrong with a field.
pub(super) struct Wrong {
    pub(super) field: String,
    pub(super) text: String,
    /// What the check says of it in particular, in the words of the protocol.
    pub(super) detail: Option<String>,
}

impl Form {
    /// A form with these fields.
    pub(super) fn of(t: Texts, fields: Fields, wrong: Option<Wrong>) -> Self {
        let is = |field: &str, value: &str| fields.get(field) == Some(value);
        let plain = |field: &str, value: &str, label: String| Choice {
            value: value.to_owned(),
            label,
            is_chosen: is(field, value),
        };
        let scopes = Scope::ALL.map(|it| Choice {
            value: it.as_str().to_owned(),
            label: scope(t, it),
            is_chosen: fields.get(&format!("scope-{}", it.as_str())).is_some(),
        });
        let format = |it: AccessTokenFormat| match it {
            AccessTokenFormat::Opaque => "app-format-opaque",
            AccessTokenFormat::Jwt => "app-format-jwt",
        };
        Self {
            wrong,
            scopes: scopes.into(),
            profiles: Profile::ALL.map(|it| plain("profile", it.as_str(), profile(t, it))).into(),
            algorithms: Algorithm::ALL.map(|it| plain("id_token_alg", it.as_str(), it.as_str().to_owned())).into(),
            formats: AccessTokenFormat::ALL
                .map(|it| plain("access_token_format", it.as_str(), t.say(format(it))))
                .into(),
            roles: Vec::new(),
            groups: Vec::new(),
            sources: sources().collect::<Vec<_>>().join(", "),
            fields,
        }
    }

    /// What stands in a field.
    pub(super) fn typed(&self, field: &str) -> &str {
        self.fields.get(field).unwrap_or_default()
    }

    /// Whether a switch is on.
    pub(super) fn is_on(&self, field: &str) -> bool {
        self.fields.get(field).is_some()
    }

    /// What is wrong with this field.
    pub(super) fn wrong_at(&self, field: &str) -> Option<&Wrong> {
        self.wrong.as_ref().filter(|wrong| wrong.field == field)
    }

    pub(super) fn is_wrong(&self, field: &str) -> bool {
        self.wrong_at(field).is_some()
    }

    /// Whether the fields under "more" are shown at once.
    pub(super) fn is_more(&self) -> bool {
        self.wrong.as_ref().is_some_and(|wrong| MORE.contains(&wrong.field.as_str()))
    }

    /// What is said above the form: where to look, or all of it where it is about no field.
    pub(super) fn problem(&self, t: Texts) -> String {
        match &self.wrong {
            Some(wrong) if wrong.field.is_empty() => wrong.text.clone(),
            Some(_) | None => t.say("app-not-saved"),
        }
    }
}

impl Wrong {
    /// What is wrong, beside the field that it is about.
    pub(super) fn of(t: Texts, cause: &Error) -> Self {
        let Error::Invalid { field, problem } = cause else {
            return Self { field: String::new(), text: words::problem(t, cause).1, detail: None };
        };
        let (field, key) = place(field);
        let Some(key) = key else {
            return Self { field: field.to_owned(), text: words::problem(t, cause).1, detail: None };
        };
        let detail = if let Flaw::Technical(sentence) = problem { Some(sentence.clone()) } else { None };
        Self { field: field.to_owned(), text: t.say(key), detail }
    }
}

/// The field of the form that a member of a registration stands in, and what is said of it where the check speaks the words of
/// the protocol alone.
fn place(member: &str) -> (&str, Option<&'static str>) {
    match member {
        "redirect_uris" => (member, Some("app-wrong-redirects")),
        "post_logout_redirect_uris" => (member, Some("app-wrong-post-logout")),
        "backchannel_logout_uri" => (member, Some("app-wrong-backchannel")),
        "frontchannel_logout_uri" => (member, Some("app-wrong-frontchannel")),
        "frontchannel_logout_session_required" => ("frontchannel_logout_uri", Some("app-wrong-frontchannel")),
        "initiate_login_uri" => (member, Some("app-wrong-initiate")),
        "resource" | "audiences" => (member, Some("app-wrong-resource")),
        "claims" => (member, Some("app-wrong-claims")),
        "token_endpoint_auth_method" => ("profile", Some("app-wrong-method")),
        "id_token_signed_response_alg" => ("id_token_alg", Some("app-wrong-alg")),
        "access_token_seconds" | "refresh_token_idle_seconds" | "authorization_seconds" => {
            (member, Some("app-wrong-seconds"))
        }
        "scope" => (member, Some("app-wrong-scope")),
        "kind" => (member, Some("app-wrong-kind")),
        "reach.groups" | "reach.roles" => (member, Some("app-wrong-reach")),
        "name" | "jwks" | "first_party" | "events_uri" => (member, None),
        _ => ("", None),
    }
}

/// What stands in the lines of a field.
pub(super) fn lines(fields: &Fields, field: &str) -> Vec<String> {
    let lines = fields.get(field).unwrap_or_default().lines().map(str::trim).filter(|it| !it.is_empty());
    lines.map(str::to_owned).collect()
}

/// The claims that stand in the lines of a form, each with its source.
pub(super) fn claims(fields: &Fields) -> Result<Mapping, Error> {
    let read = |line: String| {
        let (name, source) = line.split_once('=')?;
        Some((name.trim().to_owned(), source.trim().to_owned()))
    };
    let lines = lines(fields, "claims").into_iter().map(read).collect::<Option<Mapping>>();
    lines.ok_or_else(|| Error::malformed("claims", "write NAME = SOURCE in each line, such as upn = email"))
}

/// The same lines for claims that are registered.
pub(super) fn claim_lines(claims: &Mapping) -> Vec<String> {
    claims.iter().map(|(name, source)| format!("{name} = {source}")).collect()
}

/// What is typed into a field; nothing where it is empty.
pub(super) fn typed(fields: &Fields, field: &str) -> Option<String> {
    fields.get(field).map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned)
}

/// The scopes that are ticked, of which there must be some.
pub(super) fn scopes(fields: &Fields) -> Result<String, Error> {
    let ticked: Vec<&str> = fields.under("scope-").collect();
    if ticked.is_empty() { Err(Error::invalid("scope", Flaw::Missing)) } else { Ok(ticked.join(" ")) }
}

/// The key set that is pasted.
pub(super) fn key_set(fields: &Fields) -> Result<serde_json::Value, Error> {
    let wrong = || Error::invalid("jwks", Flaw::Keys);
    serde_json::from_str(&typed(fields, "jwks").ok_or_else(wrong)?).map_err(|_| wrong())
}

/// One of the words that stand in a menu.
pub(super) fn chosen<T>(fields: &Fields, field: &str, named: impl Fn(&str) -> Option<T>) -> Result<T, Error> {
    named(fields.get(field).unwrap_or_default()).ok_or_else(|| Error::invalid(field, Flaw::Meaningless))
}

/// The roles of the organisation; one that is chosen and not there any more stays to be seen.
pub(super) fn roles(model: &RoleModel, fields: &Fields, reach: &Reach) -> Vec<Choice> {
    let known = model.roles().iter().map(|role| (role.key.to_string(), role.label.clone()));
    boxes(fields, "role-", known.collect(), &reach.roles)
}

/// The groups of the organisation, for somebody who may see them.
pub(super) async fn groups(
    app: &App,
    console: &Console,
    fields: &Fields,
    reach: &Reach,
) -> Result<Option<Vec<Choice>>, Error> {
    if console.actor.may(&console.model, READ).is_err() {
        return Ok(None);
    }
    let query = GroupQuery { limit: Some(LIMIT_MAX), ..GroupQuery::default() };
    let page = page_of_groups(app, &console.actor, console.org(), &query).await?;
    let known = page.entries.into_iter().map(|it| (it.group.id.to_string(), it.group.display_name));
    Ok(Some(boxes(fields, "group-", known.collect(), &reach.groups)))
}

fn boxes(fields: &Fields, before: &str, mut known: Vec<(String, String)>, named: &[String]) -> Vec<Choice> {
    for value in named {
        if !known.iter().any(|(it, _)| it == value) {
            known.push((value.clone(), value.clone()));
        }
    }
    let choice = |(value, label): (String, String)| Choice {
        is_chosen: fields.get(&format!("{before}{value}")).is_some(),
        value,
        label,
    };
    known.into_iter().map(choice).collect()
}
