// What ten thousand topics cost, on real brokers beside the running test bed: `scripts/bench topics` builds what is needed and calls
// this through `testbed scale`.
//
//   bench-topics.mjs PROGRAM [topics=10000] [json=FILE]
//
// One round of each kind of poll, then the console's pages: time, bytes, requests to brokers while they are shown, memory.
// docs/PERFORMANCE.md says what the figures mean.

import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { bed, giveWay, note, running } from "./bench-support.mjs";

const [program, ...rest] = process.argv.slice(2);
const given = Object.fromEntries(rest.map((one) => one.split("=")));
const topics = Number(given.topics ?? 10_000);
const file = given.json ?? "target/bench/topics.json";
const { bootstrap, pids } = JSON.parse(readFileSync(process.env.SCALE_BROKERS, "utf8"));
const { ask, times, residentMiB, metrics } = running(bed());
const cluster = "/clusters/scale/scale";
mkdirSync("target/bench", { recursive: true });

const questions = async () => Number(/penstock_kafka_requests_total\{cluster="scale\/scale"\} (\d+)/.exec(await metrics())?.[1]);

const figures = { topics, brokers: pids.length };
note("one round of each kind of poll");
const kinds = "brokers,topics,quorum,offsets,logdirs,topicconfigs";
const { stdout } = await promisify(execFile)(program, [`bootstrap=${bootstrap}`, "rounds", "rounds=5", `kinds=${kinds}`], { maxBuffer: 1 << 24 });
figures.rounds = JSON.parse(stdout);
console.log(JSON.stringify(figures.rounds, undefined, 1));

note("the console knows them all");
const began = performance.now();
for (;;) {
  const answer = await ask(`/api/v1${cluster}/topics?size=1`);
  if (answer.ok && (await answer.json()).page.total >= topics) break;
  if (performance.now() - began > 300_000) throw new Error(`the console does not know ${topics} topics: ${answer.status}`);
  await pause(200);
}
figures.knownAfterSeconds = (performance.now() - began) / 1000;
// Sizes and configurations are there too, once every kind was polled.
await pause(65_000);
figures.residentMiB = residentMiB();

const paths = {
  "the list's page": `${cluster}/topics`,
  "its 100th page": `${cluster}/topics?page=100`,
  "sorted by size": `${cluster}/topics?sort=-size`,
  "filtered": `${cluster}/topics?q=scale-09`,
  "list as JSON, 50 rows": `/api/v1${cluster}/topics?size=50`,
  "a topic's page": `${cluster}/topics/scale-00042`,
  "the cluster's page": cluster,
};
const measured = async () => {
  const pages = {};
  for (const [name, path] of Object.entries(paths)) {
    pages[name] = await times(path, { measured: 200 });
    console.log(name, JSON.stringify(pages[name]));
  }
  return pages;
};
note("pages, with the brokers as greedy as the console");
figures.pages = await measured();

note("requests to brokers while one page a second is shown, and while as many as go are");
const seconds = 30;
const rate = async (between) => {
  const before = await questions();
  const end = performance.now() + seconds * 1000;
  let shown = 0;
  while (performance.now() < end) {
    await (await ask(`${cluster}/topics`)).arrayBuffer();
    shown += 1;
    if (between) await pause(between);
  }
  return { shown, asked: (await questions()) - before };
};
figures.asked = { calm: await rate(1_000), busy: await rate(0) };
console.log(JSON.stringify(figures.asked));

note("eight clients at once on the topics page");
await Promise.all(
  Array.from({ length: 8 }, async () => {
    for (let index = 0; index < 100; index++) await (await ask(`${cluster}/topics`)).arrayBuffer();
  }),
);
figures.residentUnderEightMiB = residentMiB();
console.log(JSON.stringify({ residentMiB: figures.residentMiB, underEight: figures.residentUnderEightMiB }));
// Last, because brokers that give way answer late.
note("pages, with the brokers giving way");
giveWay(pids);
figures.pagesAlone = await measured();
writeFileSync(file, JSON.stringify(figures, undefined, 2));
note(file);
