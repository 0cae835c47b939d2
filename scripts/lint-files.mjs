// Rules about the tracked files themselves: Rust modules say what they are, nothing names a place on somebody's machine or
// a registry's host, no file outgrows what one reads in a sitting.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const limit = 700; // lines of a hand-written file; past the usual 500 it is only mentioned
const long = 500;
const tracked = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" })
  .split("\0")
  .filter(Boolean);
const text = /\.(rs|mjs|js|ts|json|toml|ya?ml|md|css|sh|xml|html|properties|txt|go|mod|sum)$|^(scripts|\.ci)\/[^.]+$|^Makefile$|^\.npmrc$|^\.gitignore$/;
const generated = /(^|\/)(package-lock\.json|Cargo\.lock|go\.(sum|mod))$/;
// Homes and work folders of people and machines; hosts that packages come from. Assembled, so that this file passes.
const places = new RegExp(["/(?:root|home/[a-z]", "Users/[A-Za-z]|work/(?:main|shared)|tmp/[a-z])"].join("|"));
const hosts = new RegExp(["registry\\.npmjs", "repo1?\\.maven\\.apache", "proxy\\.golang", "static\\.crates\\.io", "index\\.crates\\.io", "files\\.pythonhosted", "pypi\\.org", "deb\\.debian"].map((host) => host).join("|"));
const mine = "scripts/lint-files.mjs";

let wrong = 0;
const refuse = (line) => {
  console.error(line);
  wrong += 1;
};
for (const file of tracked) {
  if (!text.test(file)) continue;
  let content;
  try {
    content = readFileSync(file, "utf8");
  } catch {
    continue; // deleted and not yet committed
  }
  const lines = content.split("\n");
  if (file.endsWith(".rs") && !lines.slice(0, 20).some((line) => line.startsWith("//!"))) refuse(`${file}: no //! header`);
  if (file !== mine) {
    lines.forEach((line, at) => {
      if (places.test(line)) refuse(`${file}:${at + 1}: names a place on a machine`);
      if (hosts.test(line)) refuse(`${file}:${at + 1}: names a registry's host`);
    });
  }
  if (generated.test(file) || /\.(css|json|ya?ml|md)$/.test(file)) continue;
  if (lines.length > limit) refuse(`${file}: ${lines.length} lines; split it by subject`);
  else if (lines.length > long) console.log(`long: ${file} has ${lines.length} lines`);
}
console.log(wrong === 0 ? "files: ok" : `files: ${wrong} wrong`);
process.exit(wrong === 0 ? 0 : 1);
