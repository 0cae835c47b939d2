// Sign-in codes for `make dev`, one per person of the bed, and their links on the terminal.
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [folder, url] = process.argv.slice(2);
const { identities } = JSON.parse(readFileSync(join(folder, "state.json"), "utf8"));
const codes = Object.entries(identities).map(([user, { token }]) => ({
  code: randomBytes(18).toString("base64url"),
  token,
  user,
}));
writeFileSync(join(folder, "dev-codes.json"), JSON.stringify(codes), { mode: 0o600 });
for (const { user, code } of codes) console.log(`  ${user.padEnd(6)} ${url}/sign-in?code=${code}`);
