// One complete OpenID Connect flow with the unmodified openid-client library.
import * as client from "openid-client";

import { browse, ensure, flow, shows } from "./conversation.mjs";

/** The deed must fail with one of these OAuth errors, or with an HTTP status for a bearer challenge. */
async function refused(deed, ...expected) {
  try {
    await deed();
  } catch (error) {
    const got = [error.error, String(error.status ?? error.cause?.status ?? error.cause?.[0]?.parameters?.error)];
    ensure(got.some((answer) => expected.includes(answer)), `expected ${expected}, got ${got}: ${error.message}`);
    return;
  }
  throw new Error(`expected ${expected}, but it was accepted`);
}

/** What the application receives: a URL, or a form that the browser posts. */
function arrived({ url, body }) {
  if (!body) return new URL(url);
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  return new Request(url, { method: "POST", headers, body: new URLSearchParams(body) });
}

async function authentication() {
  if (flow.auth_method === "private_key_jwt") {
    const key = await crypto.subtle.importKey("jwk", flow.key, { name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
    return client.PrivateKeyJwt({ key, kid: flow.key.kid });
  }
  if (flow.auth_method === "client_secret_basic") return client.ClientSecretBasic(flow.client_secret);
  if (flow.auth_method === "client_secret_post") return client.ClientSecretPost(flow.client_secret);
  return client.None();
}

async function request(config, extra) {
  const verifier = client.randomPKCECodeVerifier();
  const checks = { pkceCodeVerifier: verifier, expectedState: client.randomState(), idTokenExpected: true };
  const parameters = {
    redirect_uri: flow.redirect_uri,
    scope: "openid profile email roles offline_access",
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state: checks.expectedState,
    nonce: (checks.expectedNonce = client.randomNonce()),
    ...(flow.response_mode === "query" ? {} : { response_mode: flow.response_mode }),
    ...extra,
  };
  const url = flow.is_bound
    ? await client.buildAuthorizationUrlWithPAR(config, parameters, { DPoP: bound })
    : client.buildAuthorizationUrl(config, parameters);
  return { url, checks };
}

/** The tokens for an answer, bound to the key of the application where it has one. */
function redeem(answer, checks) {
  return client.authorizationCodeGrant(config, answer, checks, undefined, { DPoP: bound });
}

function refresh(token) {
  return client.refreshTokenGrant(config, token, undefined, { DPoP: bound });
}

function userinfo(token, sub) {
  return client.fetchUserInfo(config, token, sub, { DPoP: bound });
}

const config = await shows("discovery names what the client needs", async () => {
  const metadata = { id_token_signed_response_alg: flow.signing_algorithm };
  const options = { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] };
  const found = await client.discovery(new URL(flow.issuer), flow.client_id, metadata, await authentication(), options);
  const server = found.serverMetadata();
  ensure(server.issuer === flow.issuer, `issuer is ${server.issuer}`);
  ensure(server.supportsPKCE("S256"), "PKCE with S256 is not advertised");
  ensure(server.authorization_response_iss_parameter_supported, "the iss parameter is not advertised");
  ensure(server.id_token_signing_alg_values_supported.includes(flow.signing_algorithm), flow.signing_algorithm);
  return found;
});

const bound = flow.is_bound ? client.getDPoPHandle(config, await client.randomDPoPKeyPair("ES256")) : undefined;

if (flow.is_bound) {
  await shows("a request that was not pushed is refused", async () => {
    const verifier = client.randomPKCECodeVerifier();
    const plain = client.buildAuthorizationUrl(config, {
      redirect_uri: flow.redirect_uri,
      scope: "openid",
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    });
    const answer = arrived(await browse(plain));
    await refused(() => client.authorizationCodeGrant(config, answer, { pkceCodeVerifier: verifier }), "invalid_request");
  });
}

const tokens = await shows("a code is exchanged for tokens with nonce, state, iss and signature checked", async () => {
  const { url, checks } = await request(config, { max_age: "3600" });
  const got = await redeem(arrived(await browse(url)), { ...checks, maxAge: 3600 });
  const header = JSON.parse(Buffer.from(got.id_token.split(".")[0], "base64url").toString());
  ensure(header.alg === flow.signing_algorithm, `the ID token is signed with ${header.alg}`);
  ensure(got.refresh_token, "no refresh token");
  ensure(got.token_type === (flow.is_bound ? "dpop" : "bearer"), `the token_type is ${got.token_type}`);
  return got;
});

const claims = tokens.claims();

await shows("the ID token is about the person that SCIM pushed", async () => {
  ensure(claims.iss === flow.issuer, `iss is ${claims.iss}`);
  ensure(claims.aud === flow.client_id, `aud is ${claims.aud}`);
  ensure(claims.org_slug === flow.org_slug, `org_slug is ${claims.org_slug}`);
  ensure(Array.isArray(claims.roles), `roles is ${JSON.stringify(claims.roles)}`);
});

await shows("userinfo tells name, address and organisation", async () => {
  const info = await userinfo(tokens.access_token, claims.sub);
  ensure(info.email === flow.email, `email is ${info.email}`);
  ensure(info.name === flow.name, `name is ${info.name}`);
  ensure(info.org_slug === flow.org_slug, `org_slug is ${info.org_slug}`);
});

if (flow.auth_method !== "none") {
  await shows("introspection knows the access token", async () => {
    const answer = await client.tokenIntrospection(config, tokens.access_token);
    ensure(answer.active === true, `active is ${answer.active}`);
    ensure(answer.sub === claims.sub, `sub is ${answer.sub}`);
  });
}

if (flow.is_bound) {
  await shows("a token that is bound to a key is worth nothing without it", async () => {
    await refused(() => client.fetchUserInfo(config, tokens.access_token, claims.sub), "401", "invalid_token");
    const other = client.getDPoPHandle(config, await client.randomDPoPKeyPair("ES256"));
    await refused(() => client.fetchUserInfo(config, tokens.access_token, claims.sub, { DPoP: other }), "401", "invalid_token");
  });
}

if (flow.rotates) {
  await shows("an answer to a refresh that was lost is given again, and the lost one is worth nothing", async () => {
    const lost = await refresh(tokens.refresh_token);
    tokens.refresh_token = (await refresh(tokens.refresh_token)).refresh_token;
    await refused(() => userinfo(lost.access_token, claims.sub), "401", "invalid_token");
  });
}

const renewed = await shows("the refresh token gives new tokens, and is rotated unless the profile says otherwise", async () => {
  const got = await refresh(tokens.refresh_token);
  ensure(got.access_token !== tokens.access_token, "the access token is the old one");
  if (flow.rotates) ensure(got.refresh_token && got.refresh_token !== tokens.refresh_token, "the refresh token was not rotated");
  else ensure(!got.refresh_token, "the refresh token was rotated");
  await userinfo(got.access_token, claims.sub);
  return { refresh_token: tokens.refresh_token, ...got };
});

await shows("after revocation neither the refresh token nor its access token is accepted", async () => {
  await client.tokenRevocation(config, renewed.refresh_token);
  await refused(() => refresh(renewed.refresh_token), "invalid_grant");
  await refused(() => userinfo(renewed.access_token, claims.sub), "401", "invalid_token");
});

await shows("a second request needs no sign-in while the session lives", async () => {
  const { url, checks } = await request(config, { max_age: "3600" });
  const got = await redeem(arrived(await browse(url)), { ...checks, maxAge: 3600 });
  ensure(got.claims().sub === claims.sub, "another person");
  ensure(got.claims().auth_time === claims.auth_time, "the person had to sign in again");
});

await shows("logout returns to the application with its state", async () => {
  const state = client.randomState();
  const parameters = { id_token_hint: tokens.id_token, post_logout_redirect_uri: flow.post_logout_redirect_uri, state };
  const { url } = await browse(client.buildEndSessionUrl(config, parameters));
  ensure(url === `${flow.post_logout_redirect_uri}?state=${state}`, `the browser is at ${url}`);
});

await shows("after logout a silent request answers login_required", async () => {
  const { url, checks } = await request(config, { prompt: "none" });
  const answer = arrived(await browse(url));
  await refused(() => redeem(answer, checks), "login_required");
});

process.exit(0);
