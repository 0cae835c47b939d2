// Schemas, with and without JavaScript and on a narrow screen: the list, two versions side by side, who reads what, references both ways.

import { expect, hydrated, test } from "../support/test";

const cluster = "/clusters/kafka/task-events";
const schemas = `${cluster}/schemas`;
const rows = "main tr[data-row]";

test("the list names the shop's subjects with format and rule, and what to look at first", async ({ page, javaScriptEnabled }) => {
  await page.goto(schemas);
  if (javaScriptEnabled !== false) await hydrated(page);
  const orders = page.locator(rows, { hasText: "orders-avro-value" });
  await expect(orders).toContainText("Avro");
  await expect(orders).toContainText("v2 breaks readers of v1");
  await expect(page.locator(rows, { hasText: "shop.Money" })).toContainText("used by 1");
  await page.goto(`${schemas}?q=${encodeURIComponent("format:protobuf shipments or format:protobuf shop-")}`);
  await expect(page.locator(`${rows} a.name`)).toHaveText(["shipments-proto-value", "shop-address"]);
});

test("a mistake in the filter is pointed at", async ({ page }) => {
  await page.goto(`${schemas}?q=${encodeURIComponent("format:avor")}`);
  await expect(page.locator("#q-error mark")).toHaveText("avor");
});

test("two versions stand side by side, and views have addresses", async ({ page, javaScriptEnabled }) => {
  await page.goto(`${schemas}/orders-avro-value`);
  if (javaScriptEnabled !== false) await hydrated(page);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("orders-avro-value");
  const changes = page.getByRole("list", { name: "Changes" });
  await expect(changes.locator("li", { hasText: "symbol added" })).toContainText("urgent");
  await expect(changes.locator("li", { hasText: "field added" })).toContainText("note");
  await expect(page.locator(".ydiff .add", { hasText: "urgent" })).not.toHaveCount(0);
  await page.getByRole("link", { name: "Fields", exact: true }).click();
  await expect(page).toHaveURL(/view=fields/);
  await expect(page.locator("table.fields tbody tr", { hasText: "order_id" })).toContainText("Larger than what a double holds exactly.");
  await page.getByRole("link", { name: "Text", exact: true }).click();
  await expect(page.locator(".schema-text")).toContainText('"Order"');
});

test("who reads what is a grid and a list, and references lead both ways", async ({ page }) => {
  await page.goto(`${schemas}/orders-avro-value?matrix=table`);
  await expect(page.locator(".reads")).toContainText("v1 can’t read what v2 wrote");
  await expect(page.locator(".reads")).toContainText("urgent");
  await page.locator("aside.side").getByRole("link", { name: "shop.Money" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("shop.Money");
  await expect(page.locator("aside.side").getByRole("link", { name: "orders-avro-value" }).first()).toBeVisible();
});
