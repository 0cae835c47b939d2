// Fails on any dependency between the workspace's crates that docs/ARCHITECTURE.md does not draw.
import { execFileSync } from "node:child_process";

const allowed = {
  penstock: ["penstock-app"],
  "penstock-app": ["penstock-api", "penstock-domain", "penstock-ui"],
  "penstock-api": ["penstock-domain"],
  "penstock-ui": [],
  "penstock-domain": [],
  "penstock-server": ["penstock-app", "penstock-api", "penstock-domain", "penstock-auth", "penstock-cluster", "penstock-kafka", "penstock-registry"],
  "penstock-auth": ["penstock-domain"],
  "penstock-cluster": ["penstock-domain"],
  "penstock-kafka": ["penstock-domain"],
  "penstock-registry": ["penstock-domain"],
  "penstock-testbed": ["penstock-domain"],
};

const metadata = JSON.parse(
  execFileSync("cargo", ["metadata", "--no-deps", "--format-version", "1"], { encoding: "utf8", maxBuffer: 1 << 26 }),
);
let wrong = 0;
for (const crate of metadata.packages) {
  const may = allowed[crate.name];
  if (!may) {
    console.error(`${crate.name} is not in the table of scripts/lint-arrows.mjs`);
    wrong += 1;
    continue;
  }
  for (const { name, kind } of crate.dependencies) {
    const tests = kind === "dev" && name === "penstock-testbed";
    if (name.startsWith("penstock") && !may.includes(name) && !tests) {
      console.error(`${crate.name} may not depend on ${name}`);
      wrong += 1;
    }
  }
}
console.log(wrong === 0 ? "arrows: as drawn" : `arrows: ${wrong} wrong`);
process.exit(wrong === 0 ? 0 : 1);
