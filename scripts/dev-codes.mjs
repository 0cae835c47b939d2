// Sign-in codes for `make dev`, one per person of the bed, and their links on the terminal.
//   dev-codes.mjs STATE-FILE CODES-FILE CONSOLE-URL
import { randomBytes } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";

const [state, file, url] = process.argv.slice(2);
const { identities } = JSON.parse(readFileSync(state, "utf8"));
const codes = Object.entries(identities).map(([user, { token }]) => ({
  code: randomBytes(18).toString("base64url"),
  token,
  user,
}));
// The mode counts only for a new file.
rmSync(file, { force: true });
writeFileSync(file, JSON.stringify(codes), { mode: 0o600 });
for (const { user, code } of codes) console.log(`  ${user.padEnd(6)} ${url}/sign-in?code=${code}`);
