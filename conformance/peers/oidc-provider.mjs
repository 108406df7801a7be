// An OpenID provider on the unmodified library oidc-provider, which keeps everything in memory: the best that it can do, for
// nothing waits for a disk.
//
//     node oidc-provider.mjs PORT CLIENT_ID CLIENT_SECRET LANES
//
// Its first line of output is JSON: an access token of a person, and a refresh token for each lane.
import { createServer } from "node:http";
import { generateKeyPairSync } from "node:crypto";
import { Provider } from "oidc-provider";

const [port, client_id, client_secret, lanes] = process.argv.slice(2);
const SCOPE = "openid profile email offline_access";
const DAY = 24 * 60 * 60;

/** What is kept; the store that comes with the library forgets what was made a thousand entries ago. */
class Shelf {
  static all = new Map();

  constructor(kind) {
    this.kind = kind;
  }

  key(id) {
    return `${this.kind} ${id}`;
  }

  async upsert(id, payload) {
    Shelf.all.set(this.key(id), payload);
  }

  async find(id) {
    return Shelf.all.get(this.key(id));
  }

  async consume(id) {
    Shelf.all.get(this.key(id)).consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) {
    Shelf.all.delete(this.key(id));
  }
}

const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });
const provider = new Provider(`http://127.0.0.1:${port}`, {
  adapter: Shelf,
  clients: [
    {
      client_id,
      client_secret,
      grant_types: ["authorization_code", "refresh_token", "client_credentials"],
      redirect_uris: ["https://app.example/callback"],
      id_token_signed_response_alg: "ES256",
    },
  ],
  cookies: { keys: ["beside"] },
  jwks: { keys: [{ ...key, alg: "ES256", use: "sig", kid: "beside" }] },
  enabledJWA: { idTokenSigningAlgValues: ["ES256"] },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    introspection: { enabled: true },
  },
  claims: { profile: ["name", "given_name", "family_name"], email: ["email", "email_verified"] },
  rotateRefreshToken: true,
  ttl: { AccessToken: DAY, ClientCredentials: DAY, Grant: DAY, IdToken: DAY, RefreshToken: DAY },
  findAccount: (_, sub) => ({
    accountId: sub,
    claims: () => ({ sub, name: "Ada Lovelace", given_name: "Ada", family_name: "Lovelace", email: "ada@load.example" }),
  }),
});

const client = await provider.Client.find(client_id);
const about = { accountId: "ada", client, gty: "authorization_code", scope: SCOPE, claims: {} };

async function granted() {
  const grant = new provider.Grant({ accountId: about.accountId, clientId: client_id });
  grant.addOIDCScope(SCOPE);
  return grant.save();
}

async function refreshToken() {
  const authTime = Math.floor(Date.now() / 1000);
  return new provider.RefreshToken({ ...about, grantId: await granted(), authTime, rotations: 0 }).save();
}

const access_token = await new provider.AccessToken({ ...about, grantId: await granted() }).save();
const refresh_tokens = await Promise.all(Array.from({ length: Number(lanes) }, refreshToken));
createServer(provider.callback()).listen(Number(port), "127.0.0.1", () =>
  console.log(JSON.stringify({ access_token, refresh_tokens })),
);
