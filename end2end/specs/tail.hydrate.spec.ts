// The live tail: records of the demo's workload appear, wait while somebody pauses, and go on after a break.

import { expect, hydrated, test } from "../support/test";

const tail = "/clusters/kafka/task-events/messages?topic=task-updated&mode=tail";
const rows = ".tail-rows tbody tr[data-line]";

test("records arrive, are held while it is paused, and follow", async ({ page }) => {
  await page.goto(tail);
  await hydrated(page);
  await expect(page.locator(".tailbar [role=status]")).toHaveText("Following");
  await expect(page.locator(rows).first()).toBeVisible();
  await page.keyboard.press("Space");
  await expect(page.locator(".tailbar [role=status]")).toContainText("Paused");
  const offset = await page.locator(`${rows} .off`).first().textContent();
  await expect(page.locator(".newbar")).toContainText("new");
  await expect(page.locator(`${rows} .off`).first()).toHaveText(offset ?? "");
  await page.keyboard.press("n");
  await expect(page.locator(".tailbar [role=status]")).toHaveText("Following");
  await expect(page.locator(".newbar")).toHaveCount(0);
});

test("a record of a running tail opens beside it, and closes", async ({ page }) => {
  await page.goto(tail);
  await hydrated(page);
  await page.locator(`${rows} a.name`).first().click();
  await expect(page.locator("#record").getByRole("tree")).toContainText("event_type");
  await expect(page.locator(".newbar"), "new rows wait while one is read").toContainText("new");
  await page.keyboard.press("Escape");
  await expect(page.locator("#record")).toHaveCount(0);
  await page.keyboard.press("n");
  const offset = await page.locator(`${rows} .off`).first().textContent();
  await expect(page.locator(`${rows} .off`).first(), "it goes on").not.toHaveText(offset ?? "");
});
