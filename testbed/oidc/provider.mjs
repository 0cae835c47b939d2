// An OpenID provider for the bed's people: real discovery, real keys, real ID tokens. It has no pages: whoever knows a person's
// password gets a token at the token endpoint (grant `password`, which oidc-provider leaves to its users).
//
// Started by the bed's daemon with its settings as JSON in PROVIDER: { port, certificate, key, client, secret, people }, where
// `certificate` and `key` are PEM files and `people` is name → { password, groups }.

import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { Provider, errors } from "oidc-provider";

const { port, certificate, key, client, secret, people } = JSON.parse(process.env.PROVIDER);
const scope = "openid groups";
// Longer than any bed runs.
const lifetime = 30 * 24 * 3600;
const signing = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });

const provider = new Provider(`https://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: client,
      client_secret: secret,
      grant_types: ["password"],
      redirect_uris: [],
      response_types: [],
      token_endpoint_auth_method: "client_secret_post",
    },
  ],
  scopes: scope.split(" "),
  claims: { openid: ["sub"], groups: ["groups"] },
  jwks: { keys: [{ ...signing, use: "sig", alg: "RS256", kid: "bed" }] },
  cookies: { keys: [secret] },
  ttl: { IdToken: lifetime },
  features: { devInteractions: { enabled: false } },
});

provider.registerGrantType(
  "password",
  async (ctx) => {
    const { username, password } = ctx.oidc.params;
    if (!Object.hasOwn(people, username) || people[username].password !== password) {
      throw new errors.InvalidGrant("no such person, or another password");
    }
    const token = new provider.IdToken({ sub: username, groups: people[username].groups }, { ctx });
    token.scope = scope;
    ctx.body = { token_type: "Bearer", expires_in: lifetime, scope, id_token: await token.issue({ use: "idtoken" }) };
  },
  ["username", "password"],
);

// Its answer says that something went wrong, the log what.
provider.on("server_error", (_, error) => console.error(error));

const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, provider.callback());
server.listen(port, "127.0.0.1");
