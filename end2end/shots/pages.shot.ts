// Every page in its states, as people see it: wide and light, the main ones dark and narrow as well. docs/SCREENS.md shows them.

import { mkdirSync, writeFileSync } from "node:fs";
import { hydrated, test } from "../support/test";
import type { Page } from "@playwright/test";
import type { Who } from "../support/state";

const cluster = "/clusters/kafka/task-events";
const folder = "docs/screenshots";

interface Shot {
  name: string;
  /** What one sees, for docs/SCREENS.md. */
  what: string;
  path: string;
  who?: Who | null;
  /** Dark and narrow as well. */
  main?: boolean;
  /** Before the picture is taken. */
  then?: (page: Page) => Promise<unknown>;
}

/** The first record, open. */
async function record(page: Page) {
  await page.locator(".msgs tbody tr a.name").first().click();
  await page.getByRole("tree").waitFor();
}

/** Opened by the keyboard, with something found. */
async function palette(page: Page) {
  await page.keyboard.press("Control+k");
  await page.keyboard.type("task");
  await page.getByRole("option", { name: /task-created/ }).first().waitFor();
}

/** A version that readers of the first could not read, checked against that one. */
async function candidate(page: Page) {
  await page.getByRole("button", { name: "Register…" }).click();
  const dialog = page.getByRole("dialog", { name: "Register a version" });
  const text = dialog.getByLabel("Schema", { exact: true });
  const schema = JSON.parse(await text.inputValue());
  schema.fields = schema.fields.filter((field: { name: string }) => field.name !== "order_id");
  await text.fill(JSON.stringify(schema, undefined, 2));
  await dialog.getByLabel("Versions to check against").fill("1");
  await dialog.getByRole("button", { name: "Check" }).click();
  await dialog.getByRole("status").waitFor();
}

/** The sample of a subject's topic. */
async function sample(page: Page) {
  await page.getByRole("button", { name: "Sample the newest records" }).click();
  await page.getByText("were looked at").waitFor();
}

const shots: Shot[] = [
  { name: "sign-in", what: "Signing in", path: "/sign-in", who: null },
  { name: "clusters", what: "All clusters", path: "/", main: true },
  { name: "overview", what: "A cluster: what runs, what its resources say, what needs a person", path: cluster, main: true },
  { name: "sandbox", what: "A cluster with the faults of a first attempt", path: "/clusters/dev/sandbox" },
  { name: "nodes", what: "Nodes: what the pools declare beside what the brokers are", path: `${cluster}/nodes` },
  { name: "nodes-stop", what: "What would happen if nodes stopped, and what helps", path: `${cluster}/nodes?stop=1&stop=2`, main: true, then: (page) => page.locator("#if-these-stop table").scrollIntoViewIfNeeded() },
  { name: "node", what: "A node: its part in the quorum, its partitions, its disks and its pod", path: `${cluster}/nodes/2`, main: true },
  { name: "node-configuration", what: "Its settings, where each comes from, and Kafka's own words", path: `${cluster}/nodes/2?tab=configuration&setting=min.insync.replicas`, main: true },
  { name: "node-partitions", what: "Its partitions, the largest first", path: `${cluster}/nodes/2?tab=partitions&sort=-size` },
  { name: "node-directories", what: "Its log directories", path: `${cluster}/nodes/2?tab=directories` },
  { name: "certificates", what: "Certificates: what listeners present beside what the status promises", path: `${cluster}/certificates`, main: true },
  { name: "certificates-forbidden", what: "Authorities that the console may not read, and the rule that would grant it", path: "/clusters/dev/sandbox/certificates" },
  { name: "topics", what: "Topics: live ones joined with their KafkaTopics, drift and errors named", path: `${cluster}/topics`, main: true },
  { name: "topics-none", what: "No topic matches", path: `${cluster}/topics?q=nothing-like-it` },
  { name: "topic", what: "A topic", path: `${cluster}/topics/task-created` },
  { name: "topic-partitions", what: "Its partitions", path: `${cluster}/topics/task-created?tab=partitions` },
  { name: "topic-configuration", what: "Its configuration", path: `${cluster}/topics/task-created?tab=configuration` },
  { name: "topic-resource", what: "Its KafkaTopic", path: `${cluster}/topics/task-created?tab=resource` },
  { name: "topic-groups", what: "Who reads it", path: `${cluster}/topics/task-created?tab=groups` },
  { name: "messages", what: "Records of two topics merged by time, one of them open", path: `${cluster}/messages?topic=task-created&topic=task-completed`, main: true, then: record },
  { name: "search", what: "A search through the whole topic", path: `${cluster}/messages?topic=task-created&mode=search&q=${encodeURIComponent('value.data.priority = "high"')}` },
  { name: "filter-wrong", what: "A filter with a mistake, and where it is", path: `${cluster}/messages?topic=task-created&q=${encodeURIComponent("value.data.priority =")}` },
  { name: "tail", what: "Following a topic", path: `${cluster}/messages?topic=task-created&mode=tail`, then: (page) => page.locator("main tbody tr").nth(7).waitFor({ timeout: 25_000 }) },
  { name: "users", what: "Users: KafkaUsers joined with the rules, passwords and quotas that the brokers have", path: `${cluster}/users`, main: true },
  { name: "user", what: "A user: may it, its rules with what they match, where it can connect", path: `${cluster}/users/notification-service?type=Topic&name=task-created&operation=Write`, main: true },
  { name: "user-faults", what: "A user with the faults of a first attempt, and their corrections", path: "/clusters/dev/sandbox/users/task-api", main: true },
  { name: "user-setup", what: "What a client needs to be this user", path: `${cluster}/users/task-api?tab=setup` },
  { name: "access", what: "Who may read a topic, and by which rule", path: `${cluster}/access?type=Topic&name=task-created&operation=Read`, main: true },
  { name: "rules", what: "Every rule in force", path: `${cluster}/acls` },
  { name: "quotas", what: "Every quota in force", path: `${cluster}/quotas` },
  { name: "users-forbidden", what: "Users, for who may not see them", path: `${cluster}/users`, who: "bob" },
  { name: "schemas", what: "Schemas: subjects of the registry with what is the matter, rules, topics and references", path: `${cluster}/schemas`, main: true },
  { name: "schema", what: "A subject: what changed between two versions, who can read what, where it is used", path: `${cluster}/schemas/orders-avro-value`, main: true },
  { name: "schema-fields", what: "Its fields, folded and documented", path: `${cluster}/schemas/orders-avro-value?view=fields` },
  { name: "schema-protobuf", what: "A Protobuf schema", path: `${cluster}/schemas/shipments-proto-value?view=text` },
  { name: "schema-check", what: "A candidate held against a chosen version before it is registered", path: `${cluster}/schemas/orders-avro-value`, main: true, then: candidate },
  { name: "schema-used", what: "What a topic's newest records really carry, by partition", path: `${cluster}/schemas/orders-avro-value`, then: sample },
  { name: "schemas-none", what: "No subject matches", path: `${cluster}/schemas?q=nothing-like-it` },
  { name: "groups", what: "Consumer groups: verdicts, lag in records and in time", path: `${cluster}/groups`, main: true },
  { name: "group", what: "A group that falls behind and catches up", path: `${cluster}/groups/task-analytics`, main: true },
  { name: "group-partitions", what: "Its partitions", path: `${cluster}/groups/audit-log?tab=partitions` },
  { name: "group-members", what: "Members of the new protocol", path: `${cluster}/groups/search-indexer?tab=members` },
  { name: "group-reset", what: "Resetting offsets, with a preview", path: `${cluster}/groups/billing-export?act=reset`, then: (page) => page.locator(".blast").first().waitFor() },
  { name: "resources", what: "Resources beside a cluster: Connect, connectors, MirrorMaker 2, bridges, rebalances", path: `${cluster}/resources`, main: true },
  { name: "resource", what: "One of them: what it says, what happened to it, its YAML", path: `${cluster}/resources/kafkaconnectors/kafka/profile-sink` },
  { name: "activity", what: "Activity: what the console saw change, and who changed it", path: `${cluster}/activity`, main: true },
  { name: "palette", what: "Everything is found by its name", path: `${cluster}/topics`, main: true, then: palette },
  { name: "produce", what: "Producing", path: `${cluster}/messages?topic=task-created&produce=task-created` },
  { name: "not-found", what: "What is not there", path: `${cluster}/topics/absent` },
  { name: "forbidden", what: "What one may not, with the grant that is missing", path: cluster, who: "carol" },
];

const forms = [
  { ending: "", theme: "light", width: 1440, height: 900, always: true },
  { ending: "-dark", theme: "dark", width: 1440, height: 900, always: false },
  { ending: "-narrow", theme: "light", width: 390, height: 844, always: false },
];

/** Where a bed keeps its brokers' data is of one machine: only the end of such a path is shown. */
function withoutPlaces() {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    node.nodeValue = node.nodeValue?.replace(/\/\S+(?=\/node-\d+\/)/g, "…") ?? null;
  }
}

mkdirSync(folder, { recursive: true });
for (const shot of shots) {
  test.describe(shot.name, () => {
    test.use({ who: shot.who === undefined ? "alice" : shot.who });
    test(shot.what, async ({ page, tolerate }) => {
      tolerate(/status of 40[134]/);
      for (const { ending, theme, width, height, always } of forms) {
        if (!always && !shot.main) continue;
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme: theme as "light" | "dark" });
        await page.goto(shot.path);
        if (shot.who !== null) await hydrated(page);
        await shot.then?.(page);
        await page.waitForFunction(() => [...document.querySelectorAll("main [aria-busy=true]")].every((waiting) => !waiting.checkVisibility()));
        await page.evaluate(withoutPlaces);
        await page.screenshot({ animations: "disabled", path: `${folder}/${shot.name}${ending}.png` });
      }
    });
  });
}

test("the list", () => {
  const lines = shots.map(({ name, what, main }) => {
    const more = main ? ` ([dark](screenshots/${name}-dark.png), [narrow](screenshots/${name}-narrow.png))` : "";
    return `## ${what}${more}\n\n![${what}](screenshots/${name}.png)\n`;
  });
  writeFileSync("docs/SCREENS.md", `# Screens\n\nEvery page in its states, on the demo's bed. \`scripts/screenshots\` takes them anew.\n\n${lines.join("\n")}`);
});
