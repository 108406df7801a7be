//! The plan Basic OP: an answer in the query of a redirect.

use super::Mode;
use super::results::Bearer;
use super::{requests, results};

/// A flow through every page ends in tokens; neither code nor token can be guessed, and the ID token tells who it is and no more.
#[tokio::test]
async fn oidcc_server() {
    results::server(Mode::Query).await;
}

/// A request without `response_type` gets an error at its client, and no code.
#[tokio::test]
async fn oidcc_response_type_missing() {
    requests::is_refused(Mode::Query, &[("response_type", "")], "invalid_request").await;
}

/// The ID token is signed with RS256 by a published key.
#[tokio::test]
async fn oidcc_idtoken_signature() {
    results::idtoken_signature(Mode::Query).await;
}

/// No ID token can be had without a signature.
#[tokio::test]
async fn oidcc_idtoken_unsigned() {
    requests::unsigned_id_token(Mode::Query).await;
}

/// Userinfo answers a GET.
#[tokio::test]
async fn oidcc_userinfo_get() {
    results::userinfo(Mode::Query, Bearer::Get).await;
}

/// Userinfo answers a POST with the token in its header.
#[tokio::test]
async fn oidcc_userinfo_post_header() {
    results::userinfo(Mode::Query, Bearer::PostHeader).await;
}

/// Userinfo answers a POST with the token in its form.
#[tokio::test]
async fn oidcc_userinfo_post_body() {
    results::userinfo(Mode::Query, Bearer::PostBody).await;
}

/// A request without a nonce is answered, and none is made up.
#[tokio::test]
async fn oidcc_ensure_request_without_nonce_succeeds_for_code_flow() {
    results::without_nonce(Mode::Query).await;
}

/// The scope `profile` tells every claim of the person, at userinfo only.
#[tokio::test]
async fn oidcc_scope_profile() {
    results::scope(Mode::Query, "profile").await;
}

/// The scope `email` tells every claim of the person, at userinfo only.
#[tokio::test]
async fn oidcc_scope_email() {
    results::scope(Mode::Query, "email").await;
}

/// The scope `address` tells the address, at userinfo only.
#[tokio::test]
async fn oidcc_scope_address() {
    results::scope(Mode::Query, "address").await;
}

/// The scope `phone` tells every claim of the person, at userinfo only.
#[tokio::test]
async fn oidcc_scope_phone() {
    results::scope(Mode::Query, "phone").await;
}

/// All the scopes together tell what each of them tells.
#[tokio::test]
async fn oidcc_scope_all() {
    results::scope(Mode::Query, "profile email address phone").await;
}

/// The order of the scopes does not matter.
#[tokio::test]
async fn oidcc_ensure_other_scope_order_succeeds() {
    requests::order_says_nothing(Mode::Query, false).await;
}

/// The order of the parameters does not matter.
#[tokio::test]
async fn oidcc_alternate_happy_flow() {
    requests::order_says_nothing(Mode::Query, true).await;
}

/// `display=page` is taken.
#[tokio::test]
async fn oidcc_display_page() {
    requests::is_accepted(Mode::Query, &[("display", "page")]).await;
}

/// `display=popup` is taken.
#[tokio::test]
async fn oidcc_display_popup() {
    requests::is_accepted(Mode::Query, &[("display", "popup")]).await;
}

/// OP-15: no earlier sign-in satisfies `prompt=login`.
#[tokio::test]
async fn oidcc_prompt_login() {
    requests::prompt_login(Mode::Query).await;
}

/// OP-15: `prompt=none` shows no page, and gives no code for nobody.
#[tokio::test]
async fn oidcc_prompt_none_not_logged_in() {
    requests::prompt_none_not_logged_in(Mode::Query).await;
}

/// OP-15: `prompt=none` asks nothing of somebody who is signed in, and tells the same sign-in again.
#[tokio::test]
async fn oidcc_prompt_none_logged_in() {
    requests::prompt_none_logged_in(Mode::Query).await;
}

/// OP-15: `max_age` trusts no sign-in that is older.
#[tokio::test]
async fn oidcc_max_age_1() {
    requests::max_age_1(Mode::Query).await;
}

/// OP-15: `max_age` asks nothing of somebody whose sign-in is recent enough, and leaves its time alone.
#[tokio::test]
async fn oidcc_max_age_10000() {
    requests::max_age_10000(Mode::Query).await;
}

/// A parameter that nobody knows is passed over.
#[tokio::test]
async fn oidcc_ensure_request_with_unknown_parameter_succeeds() {
    requests::is_accepted(Mode::Query, &[("extra", "foobar")]).await;
}

/// OP-15: a hint is taken, and lets nobody else come back.
#[tokio::test]
async fn oidcc_id_token_hint() {
    requests::id_token_hint(Mode::Query).await;
}

/// A hint is taken, and stands in the field for the name.
#[tokio::test]
async fn oidcc_login_hint() {
    requests::login_hint(Mode::Query).await;
}

/// Languages that there are no pages in are taken.
#[tokio::test]
async fn oidcc_ui_locales() {
    requests::is_accepted(Mode::Query, &[("ui_locales", "se")]).await;
}

/// Wanted languages of claims are taken.
#[tokio::test]
async fn oidcc_claims_locales() {
    requests::is_accepted(Mode::Query, &[("claims_locales", "se")]).await;
}

/// Authentication contexts that nobody knows are taken, and the ID token says which one was reached.
#[tokio::test]
async fn oidcc_ensure_request_with_acr_values_succeeds() {
    requests::acr_values(Mode::Query).await;
}

/// A code works once.
#[tokio::test]
async fn oidcc_codereuse() {
    results::codereuse(Mode::Query).await;
}

/// A code does not work again later, and its second use ends what it gave.
#[tokio::test]
async fn oidcc_codereuse_30seconds() {
    results::codereuse_30seconds(Mode::Query).await;
}

/// The browser is never sent to an address that is not registered.
#[tokio::test]
async fn oidcc_ensure_registered_redirect_uri() {
    requests::ensure_registered_redirect_uri(Mode::Query).await;
}

/// A request may be posted, by this site or another.
#[tokio::test]
async fn oidcc_ensure_post_request_succeeds() {
    requests::ensure_post_request(Mode::Query).await;
}

/// A secret may come in the body, for those who are registered so.
#[tokio::test]
async fn oidcc_server_client_secret_post() {
    results::client_secret_post(Mode::Query).await;
}

/// OP-13: a request object is refused by its own error, and not passed over.
#[tokio::test]
async fn oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported() {
    requests::request_object(Mode::Query).await;
}

/// OP-12: a request object elsewhere is refused by its own error, and not fetched.
#[tokio::test]
async fn oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported() {
    requests::request_uri(Mode::Query).await;
}

/// OP-13: no answer goes to the address in a request object.
#[tokio::test]
async fn oidcc_ensure_request_object_with_redirect_uri() {
    requests::request_object_with_redirect_uri(Mode::Query).await;
}

/// A claim that is asked for by name is told.
#[tokio::test]
async fn oidcc_claims_essential() {
    results::claims_essential(Mode::Query).await;
}

/// A refresh token cannot be guessed or used by another client, and gives what works.
#[tokio::test]
async fn oidcc_refresh_token() {
    results::refresh_token(Mode::Query).await;
}

/// A request with S256 is answered, and its code opens with the verifier alone.
#[tokio::test]
async fn oidcc_ensure_request_with_valid_pkce_succeeds() {
    results::valid_pkce(Mode::Query).await;
}
