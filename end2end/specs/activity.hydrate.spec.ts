// What the browser adds to activity: new events by themselves.

import { expect, hydrated, state, test } from "../support/test";
import { patch } from "../support/bed";

const cluster = "/clusters/kafka/task-events";
const topic = `/apis/kafka.strimzi.io/${state().kubernetes.strimzi.apiVersion}/namespaces/kafka/kafkatopics/task-audit`;

test("a change appears on the open page by itself", async ({ page }) => {
  await page.goto(`${cluster}/activity?span=1h&q=${encodeURIComponent("object:task-audit field:flush")}`);
  await hydrated(page);
  const events = page.locator("table.events .what a");
  const before = await events.count();
  await patch(topic, { spec: { config: { "flush.ms": String(600_000 + Math.floor(Math.random() * 1_000_000)) } } });
  await expect(events).toHaveCount(before + 1);
  await expect(events.first()).toContainText("config.flush.ms");
});
