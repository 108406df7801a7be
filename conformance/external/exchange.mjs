// An application, a gateway that it calls and a ledger behind that, each with the unmodified openid-client library: a token for the
// gateway (RFC 8707), which the gateway exchanges for one for the ledger (RFC 8693).
import * as client from "openid-client";

import { browse, ensure, flow, shows } from "./conversation.mjs";

const GRANT = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
const options = { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] };

function discovered({ client_id, client_secret }) {
  return client.discovery(new URL(flow.issuer), client_id, undefined, client.ClientSecretBasic(client_secret), options);
}

async function refused(deed, expected) {
  const error = await deed().then(() => undefined, (error) => error);
  ensure(error?.error === expected, `expected ${expected}, got ${error?.error ?? error?.message ?? "a token"}`);
}

const [portal, gateway, ledger] = await Promise.all([flow.portal, flow.gateway, flow.ledger].map(discovered));

async function signIn(resource) {
  const verifier = client.randomPKCECodeVerifier();
  const checks = { pkceCodeVerifier: verifier, expectedState: client.randomState(), idTokenExpected: true };
  const url = client.buildAuthorizationUrl(portal, {
    redirect_uri: flow.redirect_uri,
    scope: "openid profile roles offline_access",
    resource,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state: checks.expectedState,
  });
  return client.authorizationCodeGrant(portal, new URL((await browse(url)).url), checks);
}

function exchange(config, token, wanted = {}) {
  const subject = { subject_token: token, subject_token_type: ACCESS_TOKEN };
  return client.genericGrantRequest(config, GRANT, { ...subject, resource: flow.ledger.resource, ...wanted });
}

const tokens = await shows("it gets a token for the gateway, and for no other", async () => {
  await refused(() => signIn("https://other.example"), "invalid_target");
  const got = await signIn(flow.gateway.resource);
  const told = await client.tokenIntrospection(gateway, got.access_token);
  ensure(told.active && told.aud === flow.gateway.resource, JSON.stringify(told));
  ensure(!(await client.tokenIntrospection(ledger, got.access_token)).active, "the ledger is told of it");
  const status = await client.fetchUserInfo(portal, got.access_token, got.claims().sub).catch((error) => error.status);
  ensure(status === 401, `userinfo answered ${JSON.stringify(status)}`);
  return got;
});

const exchanged = await shows("the gateway exchanges it for one for the ledger, which learns who acts for whom", async () => {
  const got = await exchange(gateway, tokens.access_token, { scope: "roles" });
  ensure(got.issued_token_type === ACCESS_TOKEN && !got.refresh_token, JSON.stringify(got));
  const told = await client.tokenIntrospection(ledger, got.access_token);
  ensure(told.sub === tokens.claims().sub && told.scope === "roles", JSON.stringify(told));
  ensure(told.client_id === flow.gateway.client_id && told.act.sub === flow.gateway.client_id, JSON.stringify(told));
  return got;
});

await shows("nobody exchanges what was not given to them, or for what they were not made for", async () => {
  await refused(() => exchange(gateway, tokens.refresh_token), "invalid_request");
  await refused(() => exchange(gateway, tokens.access_token, { resource: flow.gateway.resource }), "invalid_target");
  await refused(() => exchange(gateway, tokens.access_token, { scope: "openid" }), "invalid_scope");
  await refused(() => exchange(ledger, exchanged.access_token), "unsupported_grant_type");
});

await shows("what was handed on ends with the authorization that it came from", async () => {
  await client.tokenRevocation(portal, tokens.refresh_token);
  ensure(!(await client.tokenIntrospection(ledger, exchanged.access_token)).active, "the ledger still believes it");
});

process.exit(0);
