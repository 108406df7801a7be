//! A user in the words of OpenID Connect.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::app::App;
use crate::app::authorize::Circumstances;
use crate::app::users::Person;
use crate::domain::Error;
use crate::domain::organisation::Organisation;
use crate::domain::role::RoleModel;
use crate::domain::team::Team;
use crate::domain::user::User;
use crate::oidc::claims::{self, Address};
use crate::oidc::client::Registration;
use crate::oidc::scope::{Scope, Scopes};
use crate::scim::schema::DOORWARD_URN;
use crate::store::{Reader, members, teams};

/// The same, read now.
pub(in crate::app) async fn read(app: &App, person: &Person) -> Result<claims::Person, Error> {
    let (organisation, model) = app.store.organisation(person.user.org).await?;
    describe(app.store.reader(), &organisation, &model, (person, true)).await
}

/// Whether a client is told, or chosen by, what somebody is a member of; nobody else asks the database for it.
pub(super) fn needs_groups(to: &Registration, scopes: &Scopes, how: &Circumstances) -> bool {
    scopes.with(&how.claims.scopes()).has(Scope::Groups) || !to.reach.groups.is_empty()
}

/// What may be told about a person now; the scopes decide how much of it is.
pub(super) async fn describe(
    db: &impl Reader,
    organisation: &Organisation,
    model: &RoleModel,
    (person, with_groups): (&Person, bool),
) -> Result<claims::Person, Error> {
    let user = &person.user;
    let (groups, teams) = match with_groups {
        true => {
            let groups = members::groups_of(db, user.org, &[user.id]).await?;
            (groups, teams::of_user(db, user.org, user.id).await?)
        }
        false => (Vec::new(), Vec::new()),
    };
    let document: Value = serde_json::from_str(&user.document).map_err(anyhow::Error::new)?;
    Ok(claims::Person {
        org_id: organisation.id.to_string(),
        org_slug: organisation.slug.clone(),
        // The effective role alone: the others a person holds give no rights, so they must not seem to.
        roles: person.effective.role.iter().map(ToString::to_string).collect(),
        permissions: person.effective.permissions(model),
        group_ids: groups.iter().map(|(_, id, _)| id.to_string()).collect(),
        groups: groups.into_iter().map(|(_, _, name)| name).collect(),
        team_quotas: quotas(&teams)?,
        teams: teams.into_iter().map(|team| team.name).collect(),
        ..profile(user, &document)
    })
}

fn quotas(teams: &[Team]) -> Result<BTreeMap<String, Value>, Error> {
    let limited = teams.iter().filter(|team| !team.quotas.is_empty());
    let told = limited.map(|team| Ok((team.name.clone(), serde_json::to_value(&team.quotas)?)));
    Ok(told.collect::<serde_json::Result<_>>().map_err(anyhow::Error::new)?)
}

fn profile(user: &User, document: &Value) -> claims::Person {
    let text = |pointer: &str| document.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let own = |name: &str| document.get(DOORWARD_URN).and_then(|it| member(it, name));
    let full_name = Some(user.display_name.clone()).filter(|name| !name.is_empty());
    claims::Person {
        sub: user.id.to_string(),
        user_name: user.user_name.clone(),
        name: full_name.or_else(|| text("/name/formatted")),
        given_name: text("/name/givenName"),
        middle_name: text("/name/middleName"),
        family_name: text("/name/familyName"),
        nickname: text("/nickName"),
        profile: text("/profileUrl"),
        website: own("website"),
        gender: own("gender"),
        birthdate: own("birthdate"),
        picture: preferred(document, "photos").and_then(|photo| member(photo, "value")),
        locale: text("/locale").or_else(|| text("/preferredLanguage")),
        zoneinfo: text("/timezone"),
        updated_at: Some(user.updated_at.seconds()),
        email: user.email.clone(),
        // An identity provider may write any address, so only a proof of our own says yes.
        email_verified: user.has_proved_email(),
        phone_number: preferred(document, "phoneNumbers").and_then(|phone| member(phone, "value")),
        address: preferred(document, "addresses").map(address).unwrap_or_default(),
        ..claims::Person::default()
    }
}

/// The primary value of a list, or else its first.
fn preferred<'d>(document: &'d Value, list: &str) -> Option<&'d Value> {
    let values = document.get(list)?.as_array()?;
    let is_primary = |value: &&Value| value.get("primary") == Some(&Value::Bool(true));
    values.iter().find(is_primary).or_else(|| values.first())
}

fn address(value: &Value) -> Address {
    Address {
        formatted: member(value, "formatted"),
        street_address: member(value, "streetAddress"),
        locality: member(value, "locality"),
        region: member(value, "region"),
        postal_code: member(value, "postalCode"),
        country: member(value, "country"),
    }
}

fn member(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(Value::as_str).map(str::to_owned)
}
