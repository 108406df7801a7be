// OpenID Connect step by step with the unmodified oauth4webapi library, and at each step what must not work.
//
// openid-client does the steps for an application and lets nobody come between; here each request can be sent again, by
// somebody else or with another proof.
import * as oauth from "oauth4webapi";

import { browse, ensure, flow, shows, strand } from "./conversation.mjs";

const SCOPE = "openid profile email roles offline_access";
const plain = { [oauth.allowInsecureRequests]: true };
const client = { client_id: flow.client_id, id_token_signed_response_alg: flow.signing_algorithm };
const stranger = { client_id: flow.stranger.client_id };
const strangerProof = oauth.ClientSecretBasic(flow.stranger.client_secret);

/** What a library error says: status and OAuth error of the server, or the code by which the library itself refuses. */
async function told(error) {
  if (error instanceof oauth.ResponseBodyError) return `${error.status} ${error.error}`;
  if (error instanceof oauth.WWWAuthenticateChallengeError) {
    return `${error.status} ${error.cause[0].parameters.error ?? (await error.response.json()).error}`;
  }
  if (error instanceof oauth.AuthorizationResponseError) return error.error;
  return error.code ?? `${error.name}: ${error.message}`;
}

async function refused(expected, deed) {
  let answer = "it was accepted";
  try {
    await deed();
  } catch (error) {
    answer = await told(error);
  }
  ensure(answer === expected, `expected ${expected}, got ${answer}`);
}

/** Does it once more where the server wants its nonce in the proof: RFC 9449 8. */
async function withNonce(deed) {
  try {
    return await deed();
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) throw error;
    return await deed();
  }
}

async function authentication(options) {
  if (flow.auth_method === "client_secret_basic") return oauth.ClientSecretBasic(flow.client_secret);
  if (flow.auth_method === "client_secret_post") return oauth.ClientSecretPost(flow.client_secret);
  if (flow.auth_method === "none") return oauth.None();
  const key = await crypto.subtle.importKey("jwk", flow.key, { name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
  return oauth.PrivateKeyJwt({ key, kid: flow.key.kid }, options);
}

/** Proofs with this key. */
function provingWith(pair, change = () => {}) {
  return oauth.DPoP(client, pair, { [oauth.modifyAssertion]: (_header, payload) => change(payload) });
}

async function anotherKey() {
  return provingWith(await oauth.generateKeyPair(flow.proof_algorithm));
}

/** Sends requests as they are, and keeps headers and form of the last one. */
function kept() {
  const sent = {};
  const fetched = async (url, init) => {
    sent.headers = init.headers;
    sent.form = new URLSearchParams(init.body);
    return fetch(url, init);
  };
  return { sent, options: { [oauth.customFetch]: fetched } };
}

/** Sends requests with this header in place of the library's. */
function withHeader(name, value) {
  return { [oauth.customFetch]: (url, init) => fetch(url, { ...init, headers: { ...init.headers, [name]: value } }) };
}

// --- the steps -----------------------------------------------------------------------------------------------------------

async function discovered(algorithm) {
  const issuer = new URL(flow.issuer);
  return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm, ...plain }));
}

/** A request of this application with everything that the answer is checked by. */
async function request(extra = {}) {
  const verifier = oauth.generateRandomCodeVerifier();
  const checks = { verifier, state: oauth.generateRandomState(), nonce: oauth.generateRandomNonce() };
  const parameters = {
    client_id: client.client_id,
    redirect_uri: flow.redirect_uri,
    response_type: "code",
    scope: SCOPE,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state: checks.state,
    nonce: checks.nonce,
    max_age: "3600",
    ...(flow.response_mode === "query" ? {} : { response_mode: flow.response_mode }),
    ...extra,
  };
  return { parameters, checks };
}

async function push(parameters, options = {}) {
  const sent = { DPoP: bound, ...plain, ...options };
  return withNonce(async () => {
    const answer = await oauth.pushedAuthorizationRequest(server, client, proof, parameters, sent);
    return oauth.processPushedAuthorizationResponse(server, client, answer);
  });
}

function authorizationUrl(parameters) {
  const url = new URL(server.authorization_endpoint);
  url.search = new URLSearchParams(parameters).toString();
  return url;
}

/** The address to which the browser is sent, by a reference where the request is pushed. */
async function address(parameters, options) {
  if (!flow.pushes) return authorizationUrl(parameters);
  const { request_uri } = await push(parameters, options);
  return authorizationUrl({ client_id: client.client_id, request_uri });
}

function arrived({ url, body }) {
  return body ? new URLSearchParams(body) : new URL(url).searchParams;
}

/** Sends the person through the pages; what came back, and what it is to be checked by. */
async function asked(extra, options) {
  const { parameters, checks } = await request(extra);
  return { answer: arrived(await browse(await address(parameters, options))), checks };
}

function redeemRequest({ answer, checks }, options = {}, { as = client, by = proof, redirect = flow.redirect_uri } = {}) {
  const checked = oauth.validateAuthResponse(server, client, answer, checks.state);
  const sent = { DPoP: bound, ...plain, ...options };
  return oauth.authorizationCodeGrantRequest(server, as, by, checked, redirect, checks.verifier, sent);
}

/** The tokens for a code, once every check of the library and the signature of the ID token hold. */
async function redeem(came, options, how) {
  const expected = { expectedNonce: came.checks.nonce, maxAge: 3600, requireIdToken: true };
  return withNonce(async () => {
    const response = await redeemRequest(came, options, how);
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, expected);
    await oauth.validateApplicationLevelSignature(server, response, plain);
    return { ...tokens, claims: oauth.getValidatedIdTokenClaims(tokens) };
  });
}

async function refresh(token, options, { as = client, by = proof } = {}) {
  return withNonce(async () => {
    const sent = { DPoP: bound, ...plain, ...options };
    return oauth.processRefreshTokenResponse(server, as, await oauth.refreshTokenGrantRequest(server, as, by, token, sent));
  });
}

async function userinfo({ access_token, claims }, options) {
  return withNonce(async () => {
    const response = await oauth.userInfoRequest(server, client, access_token, { DPoP: bound, ...plain, ...options });
    return oauth.processUserInfoResponse(server, client, claims.sub, response);
  });
}

async function introspect(token, { as = client, by = proof } = {}) {
  const response = await oauth.introspectionRequest(server, as, by, token, plain);
  return oauth.processIntrospectionResponse(server, as, response);
}

async function revoke(token, { as = client, by = proof } = {}) {
  await oauth.processRevocationResponse(await oauth.revocationRequest(server, as, by, token, plain));
}

const byStranger = { as: stranger, by: strangerProof };
const DEAD = "401 invalid_token";

// --- before anybody signs in ---------------------------------------------------------------------------------------------

const server = await shows("both addresses of the metadata name what the library needs", async () => {
  const [found, other] = [await discovered("oidc"), await discovered("oauth2")];
  const told = ["token_endpoint", "jwks_uri", "pushed_authorization_request_endpoint"];
  for (const name of told) ensure(found[name] === other[name], name);
  ensure(found.authorization_response_iss_parameter_supported, "the iss parameter is not advertised");
  ensure(found.token_endpoint_auth_methods_supported.includes(flow.auth_method), flow.auth_method);
  return found;
});

const proof = await authentication();
const bound = flow.is_bound ? await anotherKey() : undefined;

if (flow.is_bound) {
  await shows("the first proof is answered with a nonce, and a request that was not pushed with a refusal", async () => {
    const first = await anotherKey();
    const { parameters, checks } = await request();
    const once = async () => {
      const response = await oauth.pushedAuthorizationRequest(server, client, proof, parameters, { DPoP: first, ...plain });
      return oauth.processPushedAuthorizationResponse(server, client, response);
    };
    await refused("400 use_dpop_nonce", once);
    ensure((await once()).request_uri, "no request_uri");
    const answer = arrived(await browse(authorizationUrl(parameters)));
    await refused("invalid_request", () => oauth.validateAuthResponse(server, client, answer, checks.state));
  });
}

await shows("a request object is refused, and a request without PKCE or with a redirect URI that nobody registered", async () => {
  const { parameters } = await request();
  const { code_challenge, code_challenge_method, ...bare } = parameters;
  await refused("400 request_not_supported", () => push({ ...parameters, request: "e30.e30." }));
  await refused("400 invalid_request", () => push(bare));
  await refused("400 invalid_request", () => push({ ...parameters, redirect_uri: `${flow.redirect_uri}/elsewhere` }));
});

// --- the code ------------------------------------------------------------------------------------------------------------

const came = await asked();

await shows("an answer is taken from the right issuer and for the right state only", async () => {
  const changed = (name, value) => {
    const answer = new URLSearchParams(came.answer);
    if (value) answer.set(name, value);
    else answer.delete(name);
    return () => oauth.validateAuthResponse(server, client, answer, came.checks.state);
  };
  await refused("OAUTH_INVALID_RESPONSE", changed("iss", "https://another.example"));
  await refused("OAUTH_INVALID_RESPONSE", changed("iss", null));
  await refused("OAUTH_INVALID_RESPONSE", changed("state", "another"));
});

const tokens = await shows("a code becomes tokens whose ID token says who, for whom and by which algorithm", async () => {
  const got = await redeem(came);
  const header = JSON.parse(Buffer.from(got.id_token.split(".")[0], "base64url").toString());
  ensure(header.alg === flow.signing_algorithm, `the ID token is signed with ${header.alg}`);
  ensure(got.token_type === (flow.is_bound ? "dpop" : "bearer"), `the token_type is ${got.token_type}`);
  ensure(got.claims.org_slug === flow.org_slug, `org_slug is ${got.claims.org_slug}`);
  ensure(got.refresh_token, "no refresh token");
  return got;
});

await shows("userinfo tells name and address", async () => {
  const info = await userinfo(tokens);
  ensure(info.email === flow.email, `email is ${info.email}`);
  ensure(info.name === flow.name, `name is ${info.name}`);
});

await shows("a code that comes again is refused, and what it gave before is worth nothing", async () => {
  const twice = await asked();
  const first = await redeem(twice);
  await refused("400 invalid_grant", () => redeem(twice));
  await refused(DEAD, () => userinfo(first));
  await refused("400 invalid_grant", () => refresh(first.refresh_token));
});

await shows("a code is refused with another verifier, with none, at another redirect URI and from another application", async () => {
  const verifier = oauth.generateRandomCodeVerifier();
  const wrong = { ...(await asked()) };
  await refused("400 invalid_grant", () => redeem({ ...wrong, checks: { ...wrong.checks, verifier } }));
  const none = await asked();
  await refused("400 invalid_request", () => redeem({ ...none, checks: { ...none.checks, verifier: oauth.nopkce } }));
  const moved = await asked();
  await refused("400 invalid_grant", () => redeem(moved, {}, { redirect: flow.stranger.redirect_uri }));
  await refused("400 invalid_grant", async () => redeem(await asked(), {}, byStranger));
});

await shows("an ID token with another nonce than that of the request is not taken by the library", async () => {
  const other = await asked();
  await refused("OAUTH_JWT_CLAIM_COMPARISON_FAILED", () => redeem({ ...other, checks: { ...other.checks, nonce: "another" } }));
});

if (flow.pushes) {
  await shows("a pushed request is good for one code, and for its application", async () => {
    const { parameters, checks } = await request();
    const { request_uri, expires_in } = await push(parameters);
    ensure(expires_in > 0 && expires_in <= 600, `it works for ${expires_in} s`);
    await strand(authorizationUrl({ client_id: stranger.client_id, request_uri }));
    const url = authorizationUrl({ client_id: client.client_id, request_uri, scope: "openid api", state: "another" });
    const got = await redeem({ answer: arrived(await browse(url)), checks });
    ensure(got.scope === SCOPE, `the scope is ${got.scope}`);
    await strand(url);
  });
}

if (flow.auth_method === "private_key_jwt") {
  await shows("an assertion works once, for this server, while it lasts, and with the key of the application", async () => {
    const { parameters } = await request();
    const { sent, options } = kept();
    await push(parameters, options);
    const names = ["client_id", "client_assertion", "client_assertion_type"];
    const again = (_as, _client, body) => names.forEach((name) => body.set(name, sent.form.get(name)));
    const assertion = (change) => authentication({ [oauth.modifyAssertion]: (header, payload) => change(payload, header) });
    const pushed = async (by) => {
      const response = await oauth.pushedAuthorizationRequest(server, client, by, parameters, { DPoP: bound, ...plain });
      return oauth.processPushedAuthorizationResponse(server, client, response);
    };
    await refused("401 invalid_client", () => pushed(again));
    await refused("401 invalid_client", async () => pushed(await assertion((it) => (it.aud = "https://another.example"))));
    await refused("401 invalid_client", async () => pushed(await assertion((it) => (it.aud = server.token_endpoint))));
    await refused("401 invalid_client", async () => pushed(await assertion((it) => (it.exp -= 3600))));
    await refused("401 invalid_client", async () => pushed(await assertion((it) => (it.exp += 3600))));
    await refused("401 invalid_client", async () => pushed(await assertion((it) => delete it.jti)));
    // the form names another application than the assertion
    await refused("400 invalid_request", async () => pushed(await assertion((it) => (it.sub = stranger.client_id))));
    const { privateKey } = await oauth.generateKeyPair("ES256");
    await refused("401 invalid_client", () => pushed(oauth.PrivateKeyJwt({ key: privateKey, kid: flow.key.kid })));
    ensure((await pushed(proof)).request_uri, "a good assertion is refused after the bad ones");
  });
}

// --- tokens that are bound to a key --------------------------------------------------------------------------------------

if (flow.is_bound) {
  await shows("a bound token is refused as a bearer token and with the key of somebody else", async () => {
    await refused(DEAD, () => userinfo(tokens, { DPoP: undefined }));
    const other = await anotherKey();
    await refused(DEAD, () => userinfo(tokens, { DPoP: other }));
  });

  await shows("a proof that comes again is refused at userinfo and at the token endpoint", async () => {
    const { sent, options } = kept();
    await userinfo(tokens, options);
    await refused("401 invalid_dpop_proof", () => userinfo(tokens, withHeader("dpop", sent.headers.dpop)));
    const code = await asked();
    const got = await redeem(code, options);
    await refused("400 invalid_dpop_proof", () => refresh(got.refresh_token, withHeader("dpop", sent.headers.dpop)));
  });

  await shows("a proof for another method, address, token, time or nonce is refused, and a good one taken after them", async () => {
    const places = [(it) => (it.htm = "POST"), (it) => (it.htu = flow.redirect_uri)];
    const changes = [...places, (it) => (it.ath = "another"), (it) => (it.iat -= 3600)];
    const pair = await oauth.generateKeyPair(flow.proof_algorithm);
    const good = { DPoP: provingWith(pair) };
    const got = await redeem(await asked({}, good), good);
    for (const change of changes) await refused("401 invalid_dpop_proof", () => userinfo(got, { DPoP: provingWith(pair, change) }));
    const old = provingWith(pair, (it) => (it.nonce = "made up"));
    await refused("401 use_dpop_nonce", () => userinfo(got, { DPoP: old }));
    await userinfo(got, good);
  });

  await shows("a code of a request with a proof is refused with another key", async () => {
    const other = await anotherKey();
    const code = await asked();
    await refused("400 invalid_grant", () => redeem(code, { DPoP: other }));
  });
}

if (flow.access_token_format === "jwt") {
  await shows("a resource server that asks nobody checks the access token by itself, and its key where it is bound", async () => {
    const url = new URL("https://resource.example/things");
    const signingAlgorithms = [flow.signing_algorithm, flow.proof_algorithm];
    const demands = { requireDPoP: flow.is_bound, signingAlgorithms, ...plain };
    const validated = (audience) => oauth.validateJwtAccessToken(server, new Request(url, { headers }), audience, demands);
    let headers;
    // nobody listens at that address; the request is kept in place of being sent
    const keeps = { DPoP: bound, [oauth.customFetch]: (_url, init) => ((headers = init.headers), Response.json({})) };
    await oauth.protectedResourceRequest(tokens.access_token, "GET", url, new Headers(), null, keeps);
    const claims = await validated(client.client_id);
    ensure(claims.sub === tokens.claims.sub && claims.client_id === client.client_id, JSON.stringify(claims));
    await refused("OAUTH_JWT_CLAIM_COMPARISON_FAILED", () => validated("https://resource.example"));
  });
}

// --- asking about tokens, renewing and ending them -----------------------------------------------------------------------

if (flow.auth_method !== "none") {
  await shows("introspection tells the application about its tokens, and nobody else", async () => {
    const answer = await introspect(tokens.access_token);
    ensure(answer.active === true && answer.sub === tokens.claims.sub, JSON.stringify(answer));
    ensure(!flow.is_bound === !answer.cnf?.jkt, `cnf is ${JSON.stringify(answer.cnf)}`);
    const strange = await introspect(tokens.access_token, byStranger);
    ensure(JSON.stringify(strange) === '{"active":false}', JSON.stringify(strange));
  });
}

const renewed = await shows("a refresh gives new tokens, to this application alone", async () => {
  await refused("400 invalid_grant", () => refresh(tokens.refresh_token, {}, byStranger));
  const got = await refresh(tokens.refresh_token);
  ensure(got.access_token !== tokens.access_token, "the access token is the old one");
  ensure(!got.refresh_token === !flow.rotates, flow.rotates ? "the refresh token was not replaced" : "it was replaced");
  const next = { refresh_token: tokens.refresh_token, ...got, claims: tokens.claims };
  await userinfo(next);
  return next;
});

if (flow.rotates) {
  await shows("a refresh token that comes again after its successor was used ends everything", async () => {
    const first = await redeem(await asked());
    const second = { ...(await refresh(first.refresh_token)), claims: first.claims };
    const third = { ...(await refresh(second.refresh_token)), claims: first.claims };
    await refused("400 invalid_grant", () => refresh(first.refresh_token));
    await refused("400 invalid_grant", () => refresh(third.refresh_token));
    await refused(DEAD, () => userinfo(third));
  });
}

if (flow.is_bound && flow.auth_method === "none") {
  await shows("the refresh token of an application without a secret is worth nothing without its key", async () => {
    const other = await anotherKey();
    await refused("400 invalid_grant", () => refresh(renewed.refresh_token, { DPoP: other }));
    await refused("400 invalid_dpop_proof", () => refresh(renewed.refresh_token, { DPoP: undefined }));
  });
}

await shows("revocation ends the access token alone, or everything with the refresh token; a stranger ends nothing", async () => {
  await revoke("a token that nobody knows");
  await revoke(renewed.access_token, byStranger);
  await revoke(renewed.refresh_token, byStranger);
  await userinfo(renewed);
  await revoke(renewed.access_token);
  await refused(DEAD, () => userinfo(renewed));
  const last = { refresh_token: renewed.refresh_token, ...(await refresh(renewed.refresh_token)), claims: tokens.claims };
  await revoke(last.refresh_token);
  await refused("400 invalid_grant", () => refresh(last.refresh_token));
  await refused(DEAD, () => userinfo(last));
});

// --- the end of the session ----------------------------------------------------------------------------------------------

await shows("a silent request is answered while the session lives, about the same person and sign-in", async () => {
  const { claims } = await redeem(await asked({ prompt: "none" }));
  ensure(claims.sub === tokens.claims.sub, "another person");
  ensure(claims.auth_time === tokens.claims.auth_time, "the person had to sign in again");
});

await shows("logout returns to an address that is registered, with its state", async () => {
  const state = oauth.generateRandomState();
  const url = new URL(server.end_session_endpoint);
  const parameters = { id_token_hint: tokens.id_token, post_logout_redirect_uri: flow.post_logout_redirect_uri, state };
  url.search = new URLSearchParams({ ...parameters, post_logout_redirect_uri: `${flow.redirect_uri}/elsewhere` });
  await strand(url);
  url.search = new URLSearchParams(parameters);
  const came = await browse(url);
  ensure(came.url === `${flow.post_logout_redirect_uri}?state=${state}`, `the browser is at ${came.url}`);
});

await shows("after logout a silent request is answered login_required", async () => {
  const { answer, checks } = await asked({ prompt: "none" });
  await refused("login_required", () => oauth.validateAuthResponse(server, client, answer, checks.state));
});

process.exit(0);
