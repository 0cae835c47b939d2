// What following consumer groups costs, on the running test bed: `scripts/bench groups` builds the program and calls this.
//
//   bench-groups.mjs PROGRAM [groups=2000] [partitions=50] [many=10000] [delays=0,5,50] [seconds=90] [json=FILE]
//
// Makes the groups, then measures one round of the inventory with no, 5 and 50 ms of delay added to each direction of the clients' way;
// beside it asking group by group, and Kafka's own tool. One broker is then taken away for a moment. Then many groups more, for the
// console's pages. Everything that is made is deleted again. docs/PERFORMANCE.md says what the figures mean.

import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { promisify } from "node:util";
import { bed, note, running } from "./bench-support.mjs";

const run = promisify(execFile);
const [program, ...rest] = process.argv.slice(2);
const given = Object.fromEntries(rest.map((one) => one.split("=")));
const groups = Number(given.groups ?? 2000);
const partitions = Number(given.partitions ?? 50);
const many = Number(given.many ?? 10_000);
const delays = (given.delays ?? "0,5,50").split(",").filter(Boolean).map(Number);
const seconds = Number(given.seconds ?? 90);
const file = given.json ?? "target/bench/groups.json";

const state = bed();
const cluster = state.clusters.find(({ name }) => name === "task-events");
const nodes = cluster.nodes.map(({ id }) => `${cluster.namespace}/${cluster.name}/${id}`);
const topic = "test-bench-groups";
mkdirSync("target/bench", { recursive: true });

// Files that hold the password are for their owner alone.
const passwordFile = "target/bench/password";
const clientFile = "target/bench/client.conf";
const password = cluster.users.admin.password;
writeFileSync(passwordFile, password, { mode: 0o600 });
writeFileSync(
  clientFile,
  [
    "security.protocol=SASL_SSL",
    "sasl.mechanism=SCRAM-SHA-512",
    `sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="admin" password="${password}";`,
    "ssl.truststore.type=PEM",
    `ssl.truststore.location=${cluster.caFile}`,
    "",
  ].join("\n"),
  { mode: 0o600 },
);

const bootstrap = cluster.listeners.scram;
const connection = [`bootstrap=${bootstrap}`, `ca=${cluster.caFile}`, "user=admin", `password-file=${passwordFile}`];
const bench = async (...options) => JSON.parse((await run(program, [...connection, ...options], { maxBuffer: 1 << 26 })).stdout);
const testbed = (...options) => run("target/bin/testbed", options);
const java = (main, ...options) =>
  run(process.env.PENSTOCK_JAVA ?? "java", ["-Xmx512m", "-cp", `${process.env.PENSTOCK_KAFKA_LIBS}/*`, main, "--bootstrap-server", bootstrap, "--command-config", clientFile, ...options], {
    maxBuffer: 1 << 28,
    timeout: 600_000,
  });
const delayed = async (millis) => {
  for (const node of nodes) await testbed("fault", "proxy", node, ...(millis ? ["--delay", `${millis}ms`] : ["--clear"]));
};
/** Runs something and tells its wall time; what fails says so in the place of a figure. */
const timed = async (work) => {
  const began = performance.now();
  try {
    const what = await work();
    return { seconds: (performance.now() - began) / 1000, ...what };
  } catch (error) {
    return { failed: String(error.message ?? error).slice(0, 300) };
  }
};

const figures = { groups, partitions, rounds: {}, single: {}, tool: {} };
const crowd = [`prefix=test-bench-`, `groups=${groups}`, `topic=${topic}`];
try {
  note(`a topic of ${partitions} partitions, ${groups} groups that have committed to all of them`);
  await java("org.apache.kafka.tools.TopicCommand", "--create", "--if-not-exists", "--topic", topic, "--partitions", `${partitions}`, "--replication-factor", "3");
  figures.create = await bench(...crowd, `partitions=${partitions}`, "create");
  for (const millis of delays) {
    await delayed(millis);
    note(`${millis} ms more in each direction`);
    figures.rounds[millis] = await bench(...crowd, "rounds=5", "rounds");
    console.log("rounds", JSON.stringify(figures.rounds[millis]));
    // Group by group takes minutes with much delay: a part of them tells.
    const part = millis === 50 ? Math.ceil(groups / 20) : groups;
    figures.single[millis] = await bench(`prefix=test-bench-`, `groups=${part}`, `topic=${topic}`, "single");
    console.log("single", JSON.stringify(figures.single[millis]));
    // So does the tool.
    if (millis === 50) continue;
    figures.tool[millis] = await timed(async () => {
      const { stdout } = await java("org.apache.kafka.tools.consumer.group.ConsumerGroupCommand", "--describe", "--all-groups");
      return { lines: stdout.split("\n").length };
    });
    console.log("tool", JSON.stringify(figures.tool[millis]));
  }
  await delayed(0);

  note("one broker away");
  await testbed("fault", "kill", nodes[1], "--stay");
  figures.oneAway = await timed(() => bench(...crowd, `groups=${Math.floor(groups / 2)}`, "rounds=3", "rounds"));
  console.log(JSON.stringify(figures.oneAway));
  await testbed("fault", "clear");

  note("how true the lag in time is");
  figures.accuracy = [];
  for (const rate of [10, 10_000]) {
    figures.accuracy.push(await bench(`topic=${topic}`, `rate=${rate}`, `seconds=${seconds}`, `behind=${Math.floor(seconds / 3)}`, "accuracy"));
    console.log(JSON.stringify(figures.accuracy.at(-1)));
  }

  if (state.console) {
    note(`${many} groups more, for the console's pages`);
    await bench("prefix=test-many-", `groups=${many}`, "partitions=1", `topic=${topic}`, "create");
    const { ask, times, residentMiB } = running(state);
    const at = `/clusters/${cluster.namespace}/${cluster.name}/groups`;
    for (let tries = 0; ; tries++) {
      const { totals } = await (await ask(`/api/v1${at}?size=1`)).json();
      if (totals.groups >= many + groups) break;
      if (tries > 240) throw new Error(`the console knows ${totals.groups} groups`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    const paths = { list: `/api/v1${at}`, sorted: `/api/v1${at}?q=test-many+lag%3E%3D0&sort=-lag`, listPage: at, groupPage: `${at}/test-bench-00007` };
    figures.console = { groups: many + groups };
    for (const [name, path] of Object.entries(paths)) figures.console[name] = await times(path);
    figures.console.residentMiB = residentMiB();
    console.log(JSON.stringify(figures.console));
  }
} finally {
  await testbed("fault", "clear");
  await bench(...crowd, "delete").catch(() => {});
  await bench("prefix=test-many-", `groups=${many}`, "delete").catch(() => {});
  await java("org.apache.kafka.tools.TopicCommand", "--delete", "--topic", topic).catch(() => {});
  writeFileSync(file, JSON.stringify(figures, undefined, 2));
  note(file);
}
