// What changes in the cluster changes on the open page, without a reload.

import { expect, hydrated, state, test } from "../support/test";
import { patch } from "../support/bed";

const namespace = `/apis/kafka.strimzi.io/${state().kubernetes.strimzi.apiVersion}/namespaces/kafka`;
const topic = `${namespace}/kafkatopics/notifications`;

test("a patched KafkaTopic changes the open list and the open topic page", async ({ page, context }) => {
  await page.goto("/clusters/kafka/task-events/topics?q=notifications");
  await hydrated(page);
  const detail = await context.newPage();
  await detail.goto("/clusters/kafka/task-events/topics/notifications");
  await hydrated(detail);
  for (const [retention, words] of [["172800000", "2 d"], ["86400000", "1 d"]]) {
    await patch(topic, { spec: { config: { "retention.ms": retention } } });
    await expect(page.locator("tbody tr").first()).toContainText(words);
    await expect(detail.locator("main")).toContainText(words);
  }
  expect(await page.evaluate(() => performance.getEntriesByType("navigation").length)).toBe(1);
});

test("filter and sort live in the address and need no reload", async ({ page }) => {
  await page.goto("/clusters/kafka/task-events/topics");
  await hydrated(page);
  await page.keyboard.press("/");
  await page.keyboard.type("audit");
  await page.keyboard.press("Enter");
  await expect(page.locator("tbody tr")).toHaveCount(1);
  await expect(page).toHaveURL(/q=audit/);
  await page.goBack();
  await expect(page.locator("tbody tr").nth(3)).toBeVisible();
});
