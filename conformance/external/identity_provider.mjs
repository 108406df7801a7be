// An identity provider of an organisation: the unmodified oidc-provider library, with the habits of Okta or of Entra.
//
// It reads its settings as JSON from DOORWARD_PROVIDER, prints {"issuer"} once it listens, and then takes commands as
// lines of JSON, each of which it answers with a line. Nothing it says is made by hand: a token under a key that is no
// longer published, or of another tenant, comes from a second instance of the library that stands where the first stood.
import { generateKeyPairSync, createHash } from "node:crypto";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import Provider from "oidc-provider";

const settings = JSON.parse(process.env.DOORWARD_PROVIDER);
const isEntra = settings.kind === "entra";
const origin = `http://${settings.host}:${settings.port}`;
/** What the commands change. */
const now = { tenant: settings.tenant, tid: undefined, signing: undefined, published: undefined };
/** The parameters of every request to the authorization endpoint, the newest last. */
const asked = [];
// standard output is for the answers to commands
console.info = console.error;

// --- what all instances share --------------------------------------------------------------------------------------

const stored = new Map();

/** Keeps what the library wants kept until the process ends, for every instance alike. */
class Memory {
  constructor(model) {
    this.model = model;
  }

  upsert(id, payload) {
    stored.set(`${this.model}:${id}`, payload);
  }

  find(id) {
    return stored.get(`${this.model}:${id}`);
  }

  findByUid(uid) {
    return [...stored].find(([key, it]) => key.startsWith(`${this.model}:`) && it.uid === uid)?.[1];
  }

  findByUserCode() {
    return undefined;
  }

  destroy(id) {
    stored.delete(`${this.model}:${id}`);
  }

  revokeByGrantId(grantId) {
    for (const [key, it] of stored) if (it.grantId === grantId) stored.delete(key);
  }

  consume(id) {
    this.find(id).consumed = Math.floor(Date.now() / 1000);
  }
}

// --- one instance for each key and tenant --------------------------------------------------------------------------

function issuerOf(tenant) {
  return isEntra ? `${origin}/${tenant}/v2.0` : origin;
}

/** A key with a name of its own. */
function newKey() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = privateKey.export({ format: "jwk" });
  const kid = createHash("sha256").update(jwk.n).digest("base64url").slice(0, 16);
  return { ...jwk, kid, alg: "RS256", use: "sig" };
}

function account(tenant) {
  return async (_context, sub) => {
    const person = Object.values(settings.people).find((it) => it.sub === sub);
    return { accountId: sub, claims: async () => claimsOf(person, tenant) };
  };
}

function claimsOf(person, tenant) {
  const { name, email, preferred_username, groups, sub } = person;
  const entra = { oid: person.oid, tid: now.tid ?? tenant, preferred_username, ver: "2.0" };
  // the library turns `sub` into one that only this client knows where the client is pairwise
  return { sub, name, email, ...(isEntra ? entra : { preferred_username, groups }) };
}

function configuration(tenant, key) {
  return {
    adapter: Memory,
    jwks: { keys: [key] },
    clients: [{ ...settings.client, subject_type: isEntra ? "pairwise" : "public" }],
    subjectTypes: ["public", "pairwise"],
    pairwiseIdentifier: async (_context, id, client) => createHash("sha256").update(client.clientId + id).digest("hex"),
    cookies: { keys: ["the same for every instance"] },
    conformIdTokenClaims: false,
    claims: {
      acr: null,
      iss: null,
      // Entra v2.0 names neither the methods nor the time of a sign-in, and no session
      ...(isEntra ? { amr: null, auth_time: null, sid: null } : {}),
      openid: ["sub", ...(isEntra ? ["tid", "oid", "ver"] : ["amr", "auth_time", "sid", "groups"])],
      profile: ["name", "preferred_username"],
      email: ["email"],
    },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: !isEntra },
      rpInitiatedLogout: { enabled: true, logoutSource: showLogout, postLogoutSuccessSource: showFarewell },
    },
    findAccount: account(tenant),
    interactions: { url: (_context, { uid }) => `${new URL(issuerOf(tenant)).pathname.replace(/\/$/, "")}/login/${uid}` },
    loadExistingGrant: grantAll,
    // the library reaches no private address, and everything here is on one
    fetch: (url, { dispatcher: _, ...options }) => fetch(url, options),
    renderError: (context, out) => {
      context.type = "html";
      context.body = page(`The identity provider says ${escaped(JSON.stringify(out))}`);
    },
  };
}

/** The administrator of the organisation has agreed for everybody. */
async function grantAll({ oidc }) {
  const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
  grant.addOIDCScope("openid profile email");
  await grant.save();
  return grant;
}

const instances = new Map();

function instance(tenant, key) {
  const name = `${tenant} ${key.kid}`;
  if (!instances.has(name)) {
    const made = new Provider(issuerOf(tenant), configuration(tenant, key));
    made.on("backchannel.error", (_context, error) => process.stderr.write(`back-channel logout: ${error.message}\n`));
    made.on("server_error", (_context, error) => process.stderr.write(`${error.stack}\n`));
    if (isEntra) made.use(speakAsEntra);
    instances.set(name, made);
  }
  return instances.get(name);
}

// --- the habits of Entra -------------------------------------------------------------------------------------------

/** Entra names a template as the issuer, in its metadata and in its keys, and answers without `iss`. */
async function speakAsEntra(context, next) {
  await next();
  const template = issuerOf("{tenantid}");
  if (context.oidc.route === "discovery") {
    context.body = { ...context.body, issuer: template, authorization_response_iss_parameter_supported: undefined };
  }
  if (context.oidc.route === "jwks") {
    context.body = { keys: context.body.keys.map((key) => ({ ...key, issuer: template })) };
  }
  const to = context.response.get("location");
  if (to?.startsWith(settings.client.redirect_uris[0])) {
    const url = new URL(to);
    url.searchParams.delete("iss");
    context.set("location", url.href);
  }
}

// --- pages ---------------------------------------------------------------------------------------------------------

function escaped(text) {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function page(body) {
  return `<!doctype html><html lang="en"><title>${settings.kind}</title><body>${body}</body></html>`;
}

function showLogout(context, form) {
  const submit = `<button id="confirm" form="op.logoutForm" type="submit" name="logout" value="yes">Sign out</button>`;
  // the button must stand in the form for a browser that knows no `form` attribute
  context.body = page(form.replace("</form>", `${submit}</form>`));
}

function showFarewell(context) {
  context.body = page("You have signed out");
}

async function body(request) {
  let text = "";
  for await (const part of request) text += part;
  return new URLSearchParams(text);
}

/** The one page on which a person says who they are. */
async function login(provider, request, response) {
  await provider.interactionDetails(request, response);
  if (request.method === "POST") {
    const form = await body(request);
    const person = settings.people[form.get("username").split("@")[0]];
    if (person && form.get("password") === person.password) {
      return provider.interactionFinished(request, response, outcome(person));
    }
  }
  response.setHeader("content-type", "text/html; charset=utf-8");
  response.end(
    page(`<form method="post"><input name="username" id="username"><input name="password" id="password" type="password">
      <button id="submit" type="submit">Sign in</button></form>`),
  );
}

function outcome(person) {
  if (person.assigned === false) {
    return { error: "access_denied", error_description: "User is not assigned to the client application." };
  }
  return { login: { accountId: person.sub, amr: isEntra ? undefined : person.amr } };
}

// --- the server ----------------------------------------------------------------------------------------------------

async function handle(request, response) {
  const prefix = new URL(issuerOf(settings.tenant)).pathname.replace(/\/$/, "");
  const url = new URL(request.url, origin);
  const path = url.pathname.slice(prefix.length);
  if (!url.pathname.startsWith(prefix)) return response.writeHead(404).end();
  if (path === "/auth") asked.push(Object.fromEntries(url.searchParams));
  // only what is signed is of another tenant, as a token that leaks from one tenant into another would be
  const tenant = path === "/token" ? now.tenant : settings.tenant;
  const provider = instance(tenant, path === "/jwks" ? now.published : now.signing);
  if (path.startsWith("/login/")) return login(provider, request, response);
  request.originalUrl = request.url;
  request.url = path + url.search;
  return provider.callback()(request, response);
}

const commands = {
  /** Signs with a new key and publishes no other. */
  rotate() {
    now.signing = now.published = newKey();
    return { kid: now.signing.kid };
  },
  /** Signs with another key than the one that is published. */
  sign_with_removed() {
    now.signing = first;
    return { kid: now.signing.kid };
  },
  sign_with_published() {
    now.signing = now.published;
    return { kid: now.signing.kid };
  },
  /** Gives tokens of another tenant, or says another in a token of this one. */
  speak_for({ tenant, tid }) {
    now.tenant = tenant ?? settings.tenant;
    now.tid = tid;
    return {};
  },
  /** What was asked last at the authorization endpoint. */
  asked() {
    return { parameters: asked.at(-1) ?? null, times: asked.length };
  },
};

const first = newKey();
now.signing = now.published = first;
const server = createServer((request, response) => {
  handle(request, response).catch((error) => {
    process.stderr.write(`${error.stack}\n`);
    response.writeHead(400, { "content-type": "text/plain" }).end(String(error.message));
  });
});
server.listen(settings.port, "127.0.0.1", () => say({ issuer: issuerOf(settings.tenant) }));

function say(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...given } = JSON.parse(line);
  say(commands[command](given));
}
process.exit(0);
