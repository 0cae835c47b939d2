// A killed broker: the page says which, its cells change and no others, and it recovers by itself.

import { expect, hydrated, test } from "../support/test";
import { fault, mend } from "../support/bed";

const cluster = "/clusters/kafka/task-events";

test.afterEach(async () => mend());

test("the overview names the node and the partitions, and recovers", async ({ page, context }) => {
  test.setTimeout(180_000);
  await page.goto(cluster);
  await hydrated(page);
  await expect(page.locator("main")).toContainText("Healthy");
  const topic = await context.newPage();
  await topic.goto(`${cluster}/topics/task-created?tab=partitions`);
  await hydrated(topic);

  await fault("kafka/task-events/1", { kill: { downMs: 30_000 } });
  await expect(page.locator("main")).toContainText("Node 1 is down");
  await expect(page.locator("main")).toContainText("Degraded");
  // The controllers fence a broker that says nothing after their session timeout of 9 s; only then do replicas fall out of sync.
  await expect(page.locator("main")).toContainText(/partitions? short of a replica/, { timeout: 30_000 });
  // Leaders moved, so records and offsets are still told.
  await expect(topic.locator("main")).toContainText(/in sync|short of a replica|under-replicated/i);

  await expect(page.locator("main")).toContainText("Healthy", { timeout: 90_000 });
  await expect(page.locator("main")).not.toContainText("Node 1 is down");
});

test("without the API server the pages stay and say how old their resources are", async ({ page }) => {
  test.setTimeout(120_000);
  await page.goto(cluster);
  await hydrated(page);
  await fault("apiserver", "pause");
  await expect(page.locator(".topbar .live")).toContainText("Stale", { timeout: 60_000 });
  await expect(page.locator("main")).toContainText("task-events");
  await fault("apiserver", "resume");
  await hydrated(page);
});
