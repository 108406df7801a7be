//! The administration API, `/api/v1`: JSON (and CSV) in, JSON out, problem documents (RFC 9457) for errors.
//!
//! Callers are a person, through an access token of scope `api` or a personal token, or the operator, through the operator
//! token; the operator names the organisation by `?organisation=SLUG` where a path does not. A personal token reads with the
//! scope `read` and changes something with the scope `write`.

mod access;
mod applications;
mod audit;
mod audit_exports;
mod audit_integrity;
mod audit_streams;
mod branding;
mod break_glass;
mod connections;
mod consents;
mod deprovisionings;
mod document;
mod drift;
mod end_dates;
mod exports;
mod factors;
mod groups;
mod health;
mod imports;
mod invitations;
mod journal;
pub(super) mod json;
mod linkings;
mod mappings;
mod me;
mod organisation;
mod organisations;
mod own_credentials;
mod own_domains;
mod plans;
mod policies;
mod posture;
mod projects;
mod resources;
mod review_schedules;
mod reviews;
mod roles;
mod scim_schemas;
mod service_accounts;
mod sessions;
mod setup_links;
mod shapes;
mod shares;
mod sign_in_failures;
mod sign_in_refusals;
mod sign_ins;
mod signals;
mod team_usage;
mod teams;
mod undelivered;
mod users;
mod waiting;

use super::routes::Routes;
use document::Documented;
pub(super) use imports::PATH as IMPORTS;

/// Adds the API and the document about it.
pub(super) fn routes(routes: Routes) -> Routes {
    let routes =
        exports::routes(policies::routes(organisation::routes(roles::routes(me::routes(Documented::new(routes))))));
    let routes = mappings::routes(linkings::routes(drift::routes(setup_links::routes(scim_schemas::routes(routes)))));
    let routes = sign_in_refusals::routes(users::routes(invitations::routes(imports::routes(routes))));
    let routes =
        team_usage::routes(teams::routes(service_accounts::routes(connections::routes(consents::routes(routes)))));
    let routes = resources::routes(groups::routes(sign_ins::routes(sessions::routes(own_credentials::routes(routes)))));
    let routes = access::routes(posture::routes(end_dates::routes(routes)));
    let routes = review_schedules::routes(reviews::routes(shares::routes(routes)));
    let routes = deprovisionings::routes(health::routes(journal::routes(projects::routes(routes))));
    let routes = branding::routes(own_domains::routes(audit_streams::routes(routes)));
    let routes = audit_exports::routes(routes);
    let routes = break_glass::routes(organisations::routes(routes));
    audit_integrity::routes(audit::routes(waiting::routes(applications::routes(sign_in_failures::routes(routes)))))
        .finish()
}
