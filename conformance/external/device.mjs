// A device without a browser that somebody lets in with another, with the unmodified openid-client library.
import * as client from "openid-client";

import { browse, ensure, flow, shows } from "./conversation.mjs";

const SCOPE = "openid profile offline_access";
const options = { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] };
const config = await client.discovery(new URL(flow.issuer), flow.client_id, undefined, client.None(), options);

async function begin() {
  return client.initiateDeviceAuthorization(config, { scope: SCOPE });
}

/** How the question of a device ends before anybody has answered: what it says is kept, and it asks no more. */
async function asked(waiting) {
  const body = { grant_type: "urn:ietf:params:oauth:grant-type:device_code", device_code: waiting.device_code };
  const form = new URLSearchParams({ ...body, client_id: flow.client_id });
  return (await (await fetch(config.serverMetadata().token_endpoint, { method: "POST", body: form })).json()).error;
}

const tokens = await shows("a device waits until somebody lets it in, and gets tokens", async () => {
  const waiting = await begin();
  ensure(/^[A-Z]{4}-[A-Z]{4}$/.test(waiting.user_code), waiting.user_code);
  ensure((await asked(waiting)) === "authorization_pending", "it does not wait");
  const { url } = await browse(new URL(waiting.verification_uri_complete));
  ensure(url.endsWith("outcome=allowed"), url);
  const got = await client.pollDeviceAuthorizationGrant(config, waiting);
  ensure(got.claims().aud === flow.client_id, `aud is ${got.claims().aud}`);
  ensure((await asked(waiting)) === "invalid_grant", "its code works again");
  return client.refreshTokenGrant(config, got.refresh_token).then(
    () => ensure(false, "what came of a code that came twice still works"),
    () => begin(),
  );
}).then(async (waiting) => {
  await browse(new URL(waiting.verification_uri_complete));
  return client.pollDeviceAuthorizationGrant(config, waiting);
});

await shows("it is signed in on its own: userinfo and refresh work", async () => {
  const told = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
  ensure(told.name === flow.name, `name is ${told.name}`);
  const again = await client.refreshTokenGrant(config, tokens.refresh_token);
  ensure(again.access_token !== tokens.access_token, "the access token is the old one");
});

process.exit(0);
