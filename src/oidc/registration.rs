//! Applications that register themselves: OpenID Connect Dynamic Client Registration 1.0, RFC 7591, RFC 7592.
//!
//! **Invariant:** an application chooses nothing here that loosens what people decide about it: whether they are asked for
//! consent, who may use it, which profile it follows. Those members are not read.
//! **Invariant:** nothing that is named in metadata is fetched.

use serde_json::{Map, Value, json};
use url::Url;

use super::client::{AuthMethod, Registration};
use super::error::{Error, ErrorCode};
use super::jwt::Algorithm;
use super::scope::{Scope, Scopes};
use super::token::DEVICE_CODE;

const TEXT_MAX: usize = 2048;
const ITEMS_MAX: usize = 50;
/// What an application may do with the code flow, and no other way to a token.
const GRANT_TYPES: [&str; 2] = ["authorization_code", "refresh_token"];
/// What would be left out in silence if it were ignored, and makes answers that the application could not use.
const NOT_OFFERED: [&str; 6] = [
    "id_token_encrypted_response_alg",
    "userinfo_signed_response_alg",
    "userinfo_encrypted_response_alg",
    "authorization_signed_response_alg",
    "introspection_signed_response_alg",
    "sector_identifier_uri",
];

/// What an application says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    name: Option<String>,
    /// How it authenticates.
    pub auth_method: AuthMethod,
    /// Its public keys.
    pub jwks: Option<Value>,
    /// Where answers may go.
    pub redirect_uris: Vec<String>,
    /// Where a person may go after signing out.
    pub post_logout_redirect_uris: Vec<String>,
    /// Where it wants to hear that a session ended.
    pub backchannel_logout_uri: Option<String>,
    /// What a browser loads in which somebody signs out.
    pub frontchannel_logout_uri: Option<String>,
    /// Whether it must be told there which session that was.
    pub frontchannel_logout_session_required: bool,
    /// Where a person is sent who begins here.
    pub initiate_login_uri: Option<String>,
    /// The scopes it may ask for.
    pub scopes: Scopes,
    /// Whether it knows people by names of its own.
    pub pairwise: bool,
    /// What its ID tokens are signed with.
    pub id_token_alg: Algorithm,
    /// Whether it sends the browser with pushed requests alone.
    pub require_pushed_requests: bool,
    /// Whether it gets no tokens but such as are bound to a key.
    pub dpop_bound: bool,
}

impl Metadata {
    /// What people are asked about: the name of the application, or else where it lives.
    pub fn name(&self) -> String {
        let place = || {
            let url = Url::parse(self.redirect_uris.first()?).ok()?;
            Some(url.host_str().unwrap_or(url.scheme()).to_owned())
        };
        self.name.clone().or_else(place).unwrap_or_default()
    }
}

/// The body of a request.
#[derive(Debug, Clone)]
pub struct Body(Map<String, Value>);

impl Body {
    /// Reads an object.
    pub fn parse(body: &[u8]) -> Result<Self, Error> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            Ok(_) | Err(_) => Err(ErrorCode::InvalidClientMetadata.because("the body must be one JSON object")),
        }
    }

    /// The application that it is about, and the secret that it holds as far as it says so (RFC 7592 2.2).
    pub fn whose(&self) -> Result<(Option<&str>, Option<&str>), Error> {
        Ok((self.text("client_id")?, self.text("client_secret")?))
    }

    /// The short name of the organisation that it is for; a member of our own, for whoever stands above several.
    pub fn organisation(&self) -> Result<Option<&str>, Error> {
        self.text("organisation")
    }

    /// What is registered with it, where an application is registered already as this or not at all. What is not known is ignored
    /// (RFC 7591 2); what is known and not offered is refused.
    pub fn metadata(&self, before: Option<&Registration>) -> Result<Metadata, Error> {
        let usual_method = before.map_or(AuthMethod::ClientSecretBasic, |it| it.auth_method);
        self.read(before, usual_method)
    }

    /// What an application says of itself at the address that is its name, to everybody: so there is no secret in it.
    pub fn described(&self, address: &str) -> Result<Metadata, Error> {
        if self.text("client_id")? != Some(address) {
            return Err(wrong("client_id", "must be the address of the document"));
        }
        if self.has("client_secret") {
            return Err(wrong("client_secret", "has no place in what everybody reads"));
        }
        let metadata = self.read(None, AuthMethod::None)?;
        if metadata.auth_method.has_secret() {
            return Err(one_of("token_endpoint_auth_method", &["private_key_jwt", "none"]));
        }
        Ok(metadata)
    }

    fn read(&self, before: Option<&Registration>, usual_method: AuthMethod) -> Result<Metadata, Error> {
        let had = |what: fn(&Registration) -> bool| before.is_some_and(what);
        let has = before.map(|it| it.scopes.clone()).unwrap_or_default();
        self.is_for_codes(had(|it| it.device_grant))?;
        if let Some(member) = NOT_OFFERED.into_iter().find(|member| self.has(member)) {
            return Err(wrong(member, "is not offered here; leave it out"));
        }
        if self.has("jwks_uri") {
            return Err(wrong("jwks_uri", "is not offered here; send the keys themselves, as jwks"));
        }
        let auth_method = self.text("token_endpoint_auth_method")?.map(AuthMethod::named);
        let id_token_alg = self.text("id_token_signed_response_alg")?.map(Algorithm::named);
        Ok(Metadata {
            name: self.text("client_name")?.map(str::to_owned),
            auth_method: auth_method
                .unwrap_or(Some(usual_method))
                .ok_or_else(|| one_of("token_endpoint_auth_method", &AuthMethod::ALL.map(AuthMethod::as_str)))?,
            jwks: self.value("jwks").cloned(),
            redirect_uris: self.texts("redirect_uris")?.unwrap_or_default(),
            post_logout_redirect_uris: self.texts("post_logout_redirect_uris")?.unwrap_or_default(),
            backchannel_logout_uri: self.text("backchannel_logout_uri")?.map(str::to_owned),
            frontchannel_logout_uri: self.text("frontchannel_logout_uri")?.map(str::to_owned),
            frontchannel_logout_session_required: self.flag("frontchannel_logout_session_required")?,
            initiate_login_uri: self.text("initiate_login_uri")?.map(str::to_owned),
            scopes: self.scopes(&has)?,
            pairwise: self.is_pairwise(had(|it| it.pairwise))?,
            id_token_alg: id_token_alg
                .unwrap_or(Some(Algorithm::Rs256))
                .ok_or_else(|| one_of("id_token_signed_response_alg", &Algorithm::ALL.map(Algorithm::as_str)))?,
            // What protects people, who may have asked for it, is not given up again.
            require_pushed_requests: self.flag("require_pushed_authorization_requests")?
                || had(|it| it.require_pushed_authorization_requests),
            dpop_bound: self.flag("dpop_bound_access_tokens")? || had(|it| it.dpop_bound_access_tokens),
        })
    }

    fn is_pairwise(&self, was: bool) -> Result<bool, Error> {
        match self.text("subject_type")? {
            None => Ok(was),
            Some("public") => Ok(false),
            Some("pairwise") => Ok(true),
            Some(_) => Err(one_of("subject_type", &["public", "pairwise"])),
        }
    }

    fn is_for_codes(&self, has_devices: bool) -> Result<(), Error> {
        let is_other = |member, known: &[&str]| {
            Ok::<_, Error>(self.texts(member)?.is_some_and(|all| !all.iter().all(|it| known.contains(&it.as_str()))))
        };
        if is_other("response_types", &["code"])? {
            return Err(one_of("response_types", &["code"]));
        }
        let grant_types: Vec<&str> = GRANT_TYPES.into_iter().chain(has_devices.then_some(DEVICE_CODE)).collect();
        if is_other("grant_types", &grant_types)? {
            return Err(one_of("grant_types", &grant_types));
        }
        match self.text("application_type")? {
            None | Some("web" | "native") => Ok(()),
            Some(_) => Err(one_of("application_type", &["web", "native"])),
        }
    }

    /// A scope that opens a surface of its own no application takes for itself; one that people gave it, it keeps.
    fn scopes(&self, has: &Scopes) -> Result<Scopes, Error> {
        let given: Scopes = has.iter().filter(|it| it.opens_a_surface()).collect();
        let usual: Scopes = Scope::ALL.into_iter().filter(|it| !it.opens_a_surface()).collect();
        let offered = usual.with(&given);
        let asked = self.text("scope")?.map_or(Ok(usual), Scopes::exactly);
        let asked = asked.ok().filter(|it| offered.covers(it));
        let problem = || one_of("scope", &offered.iter().map(Scope::as_str).collect::<Vec<_>>());
        Ok(asked.ok_or_else(problem)?.with(&given))
    }

    fn value(&self, member: &str) -> Option<&Value> {
        self.0.get(member).filter(|it| !it.is_null())
    }

    fn has(&self, member: &str) -> bool {
        self.value(member).is_some()
    }

    fn text(&self, member: &'static str) -> Result<Option<&str>, Error> {
        match self.value(member) {
            None => Ok(None),
            Some(Value::String(text)) if text.len() <= TEXT_MAX => Ok(Some(text)),
            Some(_) => Err(wrong(member, &format!("must be a text of at most {TEXT_MAX} bytes"))),
        }
    }

    fn texts(&self, member: &'static str) -> Result<Option<Vec<String>>, Error> {
        let Some(value) = self.value(member) else { return Ok(None) };
        let problem = || wrong(member, &format!("must be a list of at most {ITEMS_MAX} texts of {TEXT_MAX} bytes"));
        let items = value.as_array().filter(|it| it.len() <= ITEMS_MAX).ok_or_else(problem)?;
        let item = |it: &Value| it.as_str().filter(|it| it.len() <= TEXT_MAX).map(str::to_owned);
        items.iter().map(item).collect::<Option<Vec<_>>>().ok_or_else(problem).map(Some)
    }

    fn flag(&self, member: &'static str) -> Result<bool, Error> {
        match self.value(member) {
            None => Ok(false),
            Some(Value::Bool(is_set)) => Ok(*is_set),
            Some(_) => Err(wrong(member, "must be true or false")),
        }
    }
}

/// What is registered, in the names of RFC 7591 and OpenID Connect.
pub fn document(it: &Registration) -> Map<String, Value> {
    let grant_types =
        GRANT_TYPES.into_iter().filter(|name| *name != "refresh_token" || it.scopes.has(Scope::OfflineAccess));
    let grant_types = grant_types.chain(it.device_grant.then_some(DEVICE_CODE));
    let told = [
        ("client_id", Some(json!(it.client_id))),
        ("client_name", Some(json!(it.name))),
        ("redirect_uris", Some(json!(it.redirect_uris))),
        ("response_types", Some(json!(["code"]))),
        ("grant_types", Some(json!(grant_types.collect::<Vec<_>>()))),
        ("subject_type", Some(json!(if it.pairwise { "pairwise" } else { "public" }))),
        ("scope", Some(json!(it.scopes))),
        ("token_endpoint_auth_method", Some(json!(it.auth_method))),
        ("jwks", it.jwks.clone()),
        ("id_token_signed_response_alg", Some(json!(it.id_token_alg.as_str()))),
        ("post_logout_redirect_uris", list(&it.post_logout_redirect_uris)),
        ("backchannel_logout_uri", it.backchannel_logout_uri.as_ref().map(|it| json!(it))),
        ("backchannel_logout_session_required", it.backchannel_logout_uri.as_ref().map(|_| json!(true))),
        ("frontchannel_logout_uri", it.frontchannel_logout_uri.as_ref().map(|it| json!(it))),
        ("frontchannel_logout_session_required", flag(it.frontchannel_logout_session_required)),
        ("initiate_login_uri", it.initiate_login_uri.as_ref().map(|it| json!(it))),
        ("require_pushed_authorization_requests", flag(it.needs_pushed_requests())),
        ("dpop_bound_access_tokens", flag(it.needs_dpop())),
    ];
    told.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

fn list(of: &[String]) -> Option<Value> {
    (!of.is_empty()).then(|| json!(of))
}

fn flag(is_set: bool) -> Option<Value> {
    is_set.then_some(Value::Bool(true))
}

/// What is wrong with a member of a registration, as it is told to whoever registers (RFC 7591 3.2.2).
pub fn wrong(member: &str, problem: &str) -> Error {
    let code = if member == "redirect_uris" { ErrorCode::InvalidRedirectUri } else { ErrorCode::InvalidClientMetadata };
    code.because(format!("{member}: {problem}"))
}

fn one_of(member: &'static str, known: &[&str]) -> Error {
    wrong(member, &format!("may name only {}", known.join(", ")))
}
