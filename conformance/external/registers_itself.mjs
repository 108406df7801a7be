// An application that registers itself with the unmodified openid-client library, signs a person in and withdraws.
import * as client from "openid-client";

import { browse, ensure, flow, shows } from "./conversation.mjs";

const metadata = {
  organisation: flow.org_slug,
  client_name: "Registered by itself",
  redirect_uris: [flow.redirect_uri],
  scope: "openid profile offline_access",
  token_endpoint_auth_method: "client_secret_post",
  id_token_signed_response_alg: "ES256",
};

function register(initialAccessToken, changes = {}) {
  const options = { initialAccessToken, execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] };
  const said = { ...metadata, ...changes };
  return client.dynamicClientRegistration(new URL(flow.issuer), said, client.ClientSecretPost(), options);
}

async function refused(deed, expected) {
  const error = await deed().then(() => undefined, (error) => error);
  ensure(error, "it was accepted");
  const said = error.error ?? error.status;
  ensure(said === expected, `expected ${expected}, got ${said}: ${error.message}`);
}

await shows("nobody registers without a token, with one that is none, or an address that is open to all", async () => {
  await refused(() => register(undefined), 401);
  await refused(() => register("dwpat_none"), 401);
  await refused(() => register(flow.token, { redirect_uris: ["http://application.example/callback"] }), "invalid_redirect_uri");
  await refused(() => register(flow.token, { jwks_uri: "https://application.example/keys" }), "invalid_client_metadata");
});

const config = await shows("it registers with the token of the operator", async () => {
  const made = await register(flow.token);
  const told = made.clientMetadata();
  ensure(told.client_secret && told.registration_access_token, "it was not given a secret and a token");
  ensure(told.registration_client_uri.endsWith(`/${told.client_id}`), told.registration_client_uri);
  ensure(told.id_token_signed_response_alg === "ES256", told.id_token_signed_response_alg);
  return made;
});
const own = config.clientMetadata();

async function itself(method, body) {
  const headers = { authorization: `Bearer ${own.registration_access_token}`, "content-type": "application/json" };
  return fetch(own.registration_client_uri, { method, headers, body: body && JSON.stringify(body) });
}

async function signIn() {
  const verifier = client.randomPKCECodeVerifier();
  const checks = { pkceCodeVerifier: verifier, expectedState: client.randomState(), idTokenExpected: true };
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: flow.redirect_uri,
    scope: metadata.scope,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state: checks.expectedState,
  });
  return client.authorizationCodeGrant(config, new URL((await browse(url)).url), checks);
}

await shows("a person agrees and signs in to it", async () => {
  const tokens = await signIn();
  ensure(tokens.refresh_token, "no refresh token");
  const told = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
  ensure(told.name === flow.name, `name is ${told.name}`);
});

await shows("it reads its registration and replaces it", async () => {
  const read = await (await itself("GET")).json();
  ensure(read.client_name === metadata.client_name, JSON.stringify(read));
  const changed = { ...metadata, client_id: own.client_id, client_name: "Renamed by itself" };
  const replaced = await (await itself("PUT", changed)).json();
  ensure(replaced.client_name === "Renamed by itself", JSON.stringify(replaced));
});

await shows("after it has withdrawn, neither its token nor its secret is worth anything", async () => {
  const gone = await itself("DELETE");
  ensure(gone.status === 204, `${gone.status}`);
  ensure((await itself("GET")).status === 401, "its token still works");
  await refused(() => client.tokenIntrospection(config, "x"), 401);
});

process.exit(0);
