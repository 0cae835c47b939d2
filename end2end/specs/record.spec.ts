// The record that is open: readable without JavaScript, on a wide page and on a phone.

import { expect, test } from "../support/test";

const list = "/clusters/kafka/task-events/messages?topic=task-created";

test("a record opens from the list with its value, headers and facts", async ({ page }) => {
  await page.goto(list);
  const first = page.locator(".msgs tbody tr a.name").first();
  const href = await first.getAttribute("href");
  await first.click();
  const record = page.locator("#record");
  await expect(record.getByRole("heading", { level: 2 })).toContainText("task-created");
  await expect(record.getByRole("tree")).toContainText('"event_type"');
  await expect(record.locator(".kv2")).toContainText("leader epoch");
  expect(href).toMatch(/record=task-created\/\d+\/\d+/);
});

test("tabs of a record are links", async ({ page }) => {
  await page.goto(list);
  await page.locator(".msgs tbody tr a.name").first().click();
  const record = page.locator("#record");
  const tabs = record.getByRole("navigation", { name: "Parts of the record" });
  await tabs.getByRole("link", { name: "Raw" }).click();
  await expect(record.locator(".hex").first()).toContainText("00000000");
  await tabs.getByRole("link", { name: "Headers" }).click();
  await expect(record.locator(".tabs [aria-current]")).toContainText("Headers");
  await tabs.getByRole("link", { name: "Compare" }).click();
  await expect(record).toContainText("Compare with another record");
});

test("an offset that no record has is explained", async ({ page, tolerate }) => {
  tolerate(/404/);
  await page.goto(`${list}&record=task-created/0/999999999999`);
  await expect(page.locator("#record")).toContainText("offset");
  await expect(page.locator(".msgs tbody tr a.name").first()).toBeAttached();
});
