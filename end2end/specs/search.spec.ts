// Finding things by their names on a page, with and without JavaScript and on a narrow screen.

import { expect, test } from "../support/test";

test("the button in the top bar leads to the page of searches where there is no JavaScript", async ({ page, javaScriptEnabled }) => {
  test.skip(javaScriptEnabled !== false, "with JavaScript it opens the palette");
  await page.goto("/clusters/kafka/task-events/topics");
  await page.getByRole("link", { name: "Search or jump to" }).click();
  await expect(page).toHaveURL(/\/search\?cluster=kafka%2Ftask-events/);
  await page.locator("main input[type=search]").fill("billing");
  await page.locator("main input[type=search]").press("Enter");
  await expect(page).toHaveURL(/q=billing/);
  await page.locator("main a[href$='/groups/billing-export']").click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("billing-export");
});

test("prefixes stand before the rest, and each kind is there", async ({ page }) => {
  await page.goto("/search?q=task&cluster=kafka%2Ftask-events");
  const topics = page.locator("section.found", { hasText: "Topics" }).first();
  await expect(topics.getByRole("link").first()).toContainText(/^task-/);
  await expect(page.locator("section.found h2").filter({ hasText: "Consumer groups" })).toBeVisible();
  await expect(page.locator("section.found").first().locator("mark").first()).toHaveText("task");
});

test("a resource beside a cluster is found by its name and leads to its page", async ({ page }) => {
  await page.goto("/search?q=profile-sink&cluster=kafka%2Ftask-events");
  await expect(page.locator("section.found h2").filter({ hasText: "Resources" })).toBeVisible();
  await page.getByRole("link", { name: "profile-sink", exact: true }).click();
  await expect(page).toHaveURL(/\/resources\/kafkaconnectors\/[^/]+\/profile-sink$/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("profile-sink");
});

test("what has no such name is said", async ({ page }) => {
  await page.goto("/search?q=nosuchthing-anywhere");
  await expect(page.getByRole("heading", { name: "Nothing has such a name" })).toBeVisible();
});

test.describe("bob, who may read namespace dev", () => {
  test.use({ who: "bob" });

  test("finds nothing of other namespaces", async ({ page }) => {
    await page.goto("/search?q=task-created&cluster=kafka%2Ftask-events");
    await expect(page.locator("main")).not.toContainText("12 partitions");
    await expect(page.locator(`main a[href^="/clusters/kafka/task-events/topics/"]`)).toHaveCount(0);
    await page.goto("/search?q=sandbox");
    await expect(page.getByRole("link", { name: "sandbox", exact: true }).first()).toBeVisible();
  });
});
