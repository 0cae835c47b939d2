// The record that is open, with JavaScript: folding, searching inside, comparing.

import { expect, hydrated, test } from "../support/test";

// Oldest first: other specs send records of their own to this topic, which would be the newest.
const list = "/clusters/kafka/task-events/messages?topic=task-created&order=oldest";

test("the tree folds and is searched with the keyboard", async ({ page }) => {
  await page.goto(list);
  await hydrated(page);
  await page.locator(".msgs tbody tr a.name").first().click();
  const tree = page.locator("#record").getByRole("tree");
  await expect(tree).toContainText('"event_type"');
  await tree.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowLeft");
  await expect(tree.getByRole("treeitem")).toHaveCount(1);
  await page.keyboard.press("ArrowRight");
  await expect(tree).toContainText('"event_type"');
  await page.keyboard.press("Control+f");
  await page.keyboard.type("event_type");
  await expect(page.locator("#record .find")).toContainText("1 of 1 hit");
  await expect(tree.locator(".hit.at")).toContainText('"event_type"');
});

test("two records are compared while one goes through the list", async ({ page }) => {
  await page.goto(list);
  await hydrated(page);
  await page.locator(".msgs tbody tr a.name").first().click();
  const record = page.locator("#record");
  await record.getByRole("link", { name: "Compare" }).click();
  await record.getByRole("link", { name: "Hold this record" }).click();
  await expect(record).toContainText("the held record itself");
  await record.getByRole("link", { name: /Next record/ }).click();
  await expect(record.locator(".changes")).toContainText("value.event_id");
  await expect(record.locator(".ydiff")).toBeVisible();
});

test("escape closes the record and the back key opens it again", async ({ page }) => {
  await page.goto(list);
  await hydrated(page);
  await page.locator(".msgs tbody tr a.name").first().click();
  await expect(page.locator("#record")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.locator("#record")).toHaveCount(0);
  await page.goBack();
  await expect(page.locator("#record")).toBeVisible();
});
