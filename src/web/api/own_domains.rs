//! The domains of an organisation, in the API.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::document::{Documented, operation};
use super::json::{Body, Params, Words};
use super::users::Which;
use crate::app::own_domains::{self, OwnDomain, Seen};
use crate::app::{App, users};
use crate::domain::policy::Actor;
use crate::domain::routing::DomainName;
use crate::domain::{Error, Timestamp};
use crate::web::error::Problem;

const LIST: &str = "/api/v1/domains";
const ONE: &str = "/api/v1/domains/{domain}";

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let list =
        operation("Lists the domains of the organisation, by name").of_an_organisation().answers::<OwnDomainList>(200);
    let add = operation("Says that a domain is the organisation's own; answers the record that proves it")
        .about(
            "The record goes into the DNS of the domain, as TXT. It is looked for at once when that is asked for, and by \
             itself for 30 days.",
        )
        .of_an_organisation()
        .takes::<NewDomainBody>()
        .answers::<OwnDomainBody>(201)
        .conflicts();
    let show = operation("Shows a domain of the organisation").of_an_organisation().answers::<OwnDomainBody>(200);
    let check = operation("Asks the DNS whether the record of a domain is there")
        .of_an_organisation()
        .answers::<CheckedDomainBody>(200)
        .throttles();
    let remove = operation("Says that a domain is the organisation's own no more").of_an_organisation().conflicts();
    routes
        .get(LIST, list, self::list)
        .post(LIST, add, self::add)
        .get(ONE, show, self::show)
        .delete(ONE, remove, self::remove)
        .post("/api/v1/domains/{domain}/check", check, self::check)
}

/// A domain that is to be the organisation's own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewDomainBody {
    /// Such as `example.com`; what stands below it is another domain.
    domain: String,
}

/// A domain of the organisation.
#[derive(Debug, Serialize, ToSchema)]
struct OwnDomainBody {
    domain: String,
    /// `unproven`, `proven`, or `missing` where it was proved and the record is gone.
    state: &'static str,
    /// The record that proves it.
    record: RecordBody,
    proven_at: Option<String>,
    /// Since when the record is gone.
    missing_since: Option<String>,
    /// When the DNS answered last.
    checked_at: Option<String>,
    created_at: String,
}

/// A record of the DNS.
#[derive(Debug, Serialize, ToSchema)]
struct RecordBody {
    r#type: &'static str,
    name: String,
    value: String,
}

/// The domains, by name.
#[derive(Debug, Serialize, ToSchema)]
struct OwnDomainList {
    domains: Vec<OwnDomainBody>,
}

/// What the DNS says now.
#[derive(Debug, Serialize, ToSchema)]
struct CheckedDomainBody {
    domain: OwnDomainBody,
    /// `record`, `elsewhere` where another organisation has proved the domain, `nothing`, `others` where the name has other
    /// records only, or `no_answer`.
    seen: &'static str,
    /// The other records of the name.
    others: Vec<String>,
}

async fn list(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<Which>,
) -> Result<Json<OwnDomainList>, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let all = own_domains::list(&app, &actor, org).await?;
    Ok(Json(OwnDomainList { domains: all.into_iter().map(OwnDomainBody::from).collect() }))
}

async fn add(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<Which>,
    Body(new): Body<NewDomainBody>,
) -> Result<(StatusCode, Json<OwnDomainBody>), Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let name = own_domains::named("domain", &new.domain)?;
    Ok((StatusCode::CREATED, Json(own_domains::add(&app, &actor, org, name).await?.into())))
}

async fn show(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<Which>,
    Words(domain): Words<String>,
) -> Result<Json<OwnDomainBody>, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    Ok(Json(own_domains::show(&app, &actor, org, &domain_of(&domain)?).await?.into()))
}

async fn check(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<Which>,
    Words(domain): Words<String>,
) -> Result<Json<CheckedDomainBody>, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let (domain, seen) = own_domains::check(&app, &actor, org, &domain_of(&domain)?).await?;
    let (seen, others) = match seen {
        Seen::Record => ("record", Vec::new()),
        Seen::Elsewhere => ("elsewhere", Vec::new()),
        Seen::Nothing => ("nothing", Vec::new()),
        Seen::Others(others) => ("others", others),
        Seen::NoAnswer => ("no_answer", Vec::new()),
    };
    Ok(Json(CheckedDomainBody { domain: domain.into(), seen, others }))
}

async fn remove(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<Which>,
    Words(domain): Words<String>,
) -> Result<StatusCode, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    own_domains::remove(&app, &actor, org, &domain_of(&domain)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is no domain names nothing.
fn domain_of(text: &str) -> Result<DomainName, Error> {
    text.parse().map_err(|_| Error::NotFound("domain"))
}

impl From<OwnDomain> for OwnDomainBody {
    fn from(it: OwnDomain) -> Self {
        Self {
            state: it.state().word(),
            record: RecordBody { r#type: "TXT", name: it.record_name(), value: it.record_value() },
            proven_at: it.proven_at.map(Timestamp::rfc3339),
            missing_since: it.missing_since.map(Timestamp::rfc3339),
            checked_at: it.checked_at.map(Timestamp::rfc3339),
            created_at: it.created_at.rfc3339(),
            domain: it.name.to_string(),
        }
    }
}
