// What a large schema registry costs: `scripts/bench schemas` builds the program and calls this.
//
//   bench-schemas.mjs PROGRAM [subjects=5000] [versions=20] [requests=500] [port=18431] [json=FILE]
//
// Serves a generated registry of its own (Avro, a field more with each version, every tenth subject refers to another), starts a console over
// it without Kubernetes, waits until the catalogue is read, then asks for pages of the list and for subjects one after the other. Says how long
// each took, how many requests the registry got for them, and how many it gets in the background. docs/PERFORMANCE.md says what the figures mean.

import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { performance } from "node:perf_hooks";

const [program, ...rest] = process.argv.slice(2);
const given = Object.fromEntries(rest.map((one) => one.split("=")));
const subjects = Number(given.subjects ?? 5000);
const versions = Number(given.versions ?? 20);
const requests = Number(given.requests ?? 500);
const port = Number(given.port ?? 18431);
const file = given.json ?? "target/bench/schemas.json";
mkdirSync("target/bench", { recursive: true });

const names = Array.from({ length: subjects }, (_, number) => `bench-${String(number).padStart(5, "0")}-value`);
const places = new Map(names.map((name, number) => [name, number]));
const numbers = Array.from({ length: versions }, (_, number) => number + 1);
let asked = 0;

function schema(subject, version) {
  const fields = [{ name: "id", type: "long", doc: "Which one." }];
  for (let number = 1; number < version; number += 1) {
    fields.push({ name: `field_${number}`, type: ["null", "string"], default: null, doc: `The field that came with version ${number + 1}.` });
  }
  const refers = subject % 10 === 9;
  if (refers) fields.push({ name: "other", type: ["null", `bench.Record${subject - 1}`], default: null });
  return {
    subject: names[subject],
    version,
    id: subject * versions + version,
    schema: JSON.stringify({ type: "record", name: `Record${subject}`, namespace: "bench", fields }),
    ...(refers ? { references: [{ name: `bench.Record${subject - 1}`, subject: names[subject - 1], version }] } : {}),
  };
}

function answer(path) {
  const [, first, name, third, version] = path.split("?")[0].split("/").map(decodeURIComponent);
  const subject = places.get(name);
  if (first === "subjects" && name === undefined) return names;
  if (first === "subjects" && subject !== undefined && version === undefined) return numbers;
  if (first === "subjects" && subject !== undefined) return schema(subject, version === "latest" ? versions : Number(version));
  if (first === "config" && name === undefined) return { compatibilityLevel: "BACKWARD" };
  if (first === "config" && subject !== undefined && subject % 3 === 0) return { compatibilityLevel: "FULL" };
  if (first === "mode") return { mode: "READWRITE" };
  if (first === "contexts") return ["."];
  return first === "config" ? 40408 : 40401;
}

const registry = createServer((request, response) => {
  asked += 1;
  const body = answer(request.url);
  const missing = typeof body === "number";
  response.writeHead(missing ? 404 : 200, { "content-type": "application/json" });
  response.end(JSON.stringify(missing ? { error_code: body, message: "not found" } : body));
});
await new Promise((resolve) => registry.listen(0, "127.0.0.1", resolve));
const { port: registryPort } = registry.address();

const configuration = "target/bench/schemas.toml";
writeFileSync(
  configuration,
  `listen = "127.0.0.1:${port}"
health_listen = "127.0.0.1:${port + 1}"
kubernetes = "none"
local_sign_in = true

[registry]
url = "http://127.0.0.1:${registryPort}"

[[clusters]]
name = "bench"
bootstrap = ["127.0.0.1:1"]
`,
);
const console_ = spawn(program, ["serve", "--config", configuration], { stdio: ["ignore", "ignore", "inherit"] });
const base = `http://127.0.0.1:${port}/api/v1/clusters/-/bench`;
const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

async function get(path) {
  const begun = performance.now();
  const reply = await fetch(base + path);
  const text = await reply.text();
  const took = performance.now() - begun;
  if (!reply.ok) throw new Error(`${path}: ${reply.status} ${text.slice(0, 300)}`);
  return { took, body: JSON.parse(text) };
}

const quantile = (times, part) => [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))];
const sum = (times) => ({ p50: +quantile(times, 0.5).toFixed(2), p99: +quantile(times, 0.99).toFixed(2), most: +Math.max(...times).toFixed(2) });

try {
  const begun = performance.now();
  for (;;) {
    await sleep(500);
    const list = await get("/schemas?size=1").catch(() => undefined);
    if (list && list.body.totals.subjects === subjects && list.body.registry.pending === 0) break;
    if (performance.now() - begun > 600_000) throw new Error("the catalogue was not read within ten minutes");
  }
  const figures = { subjects, versions, readSeconds: +((performance.now() - begun) / 1000).toFixed(1), readRequests: asked };
  const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${console_.pid}/status`, "utf8"))[1]) * 1024;
  figures.memory = memory();

  const queries = ["", "?sort=name", "?sort=-versions", "?q=bench-04", "?q=rule%3Afull&sort=-id", "?state=own", "?q=format%3Aavro%20versions%3E5&size=100"];
  // A list alone, between two rounds in the background: what the registry gets meanwhile is not asked for by pages.
  const before = asked;
  const lists = [];
  for (let number = 0; number < requests; number += 1) lists.push((await get(`/schemas${queries[number % queries.length]}`)).took);
  figures.list = sum(lists);
  const details = [];
  for (let number = 0; number < requests; number += 1) {
    const name = names[(number * 7919) % subjects];
    details.push((await get(`/schemas/${name}`)).took);
  }
  figures.subject = sum(details);
  figures.requestsMeanwhile = asked - before;
  const idle = asked;
  await sleep(60_000);
  figures.backgroundPerMinute = asked - idle;
  figures.memoryAfter = memory();
  writeFileSync(file, `${JSON.stringify(figures, null, 2)}\n`);
  console.log(JSON.stringify(figures, null, 2));
} finally {
  console_.kill("SIGTERM");
  registry.close();
  registry.closeAllConnections();
}
