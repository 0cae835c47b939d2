// The palette and the keyboard: everything without a mouse.

import AxeBuilder from "@axe-core/playwright";
import { expect, hydrated, test } from "../support/test";

const cluster = "/clusters/kafka/task-events";

test("a topic is found and opened by keyboard alone", async ({ page }) => {
  await page.goto(cluster);
  await hydrated(page);
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: "Search or jump to" });
  await expect(field).toBeFocused();
  await page.keyboard.type("task-cr");
  const first = page.getByRole("option").first();
  await expect(first).toContainText("task-created");
  await expect(first).toHaveAttribute("aria-selected", "true");
  await expect(field).toHaveAttribute("aria-activedescendant", (await first.getAttribute("id")) ?? "");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/topics\/task-created$/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("task-created");
  await expect(page.locator("dialog.palette")).toBeHidden();
});

test("what was looked at lately stands first while nothing is typed", async ({ page }) => {
  await page.goto(`${cluster}/topics/task-created`);
  await hydrated(page);
  await page.goto(`${cluster}/groups/billing-export`);
  await hydrated(page);
  await page.getByRole("link", { name: "Search or jump to" }).click();
  const recent = page.getByRole("group", { name: "Recently viewed" }).getByRole("option");
  await expect(recent.nth(0)).toContainText("billing-export");
  await expect(recent.nth(1)).toContainText("task-created");
  await expect(page.getByRole("group", { name: "Do with billing-export" })).toContainText("Reset offsets");
  await page.keyboard.press("Escape");
  await expect(page.locator("dialog.palette")).toBeHidden();
});

test("arrows choose, acts act, and the palette is without serious findings", async ({ page }) => {
  await page.goto(`${cluster}/topics`);
  await hydrated(page);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("dark");
  await expect(page.getByRole("option", { name: /Dark theme/ })).toBeVisible();
  const found = await new AxeBuilder({ page }).include("dialog.palette").analyze();
  expect(found.violations.filter((finding) => finding.impact === "serious" || finding.impact === "critical")).toEqual([]);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("two keys lead to pages, a question mark shows the keys", async ({ page }) => {
  await page.goto(cluster);
  await hydrated(page);
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await expect(page).toHaveURL(/\/topics$/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Topics");
  await page.keyboard.press("j");
  await expect(page.locator("main tr.focus a.name")).toBeFocused();
  await page.keyboard.press("g");
  await page.keyboard.press("g");
  await expect(page).toHaveURL(/\/groups$/);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toContainText("Consumer groups");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeHidden();
});

test("fields and values of a list's filter are proposed and taken by the keyboard", async ({ page }) => {
  await page.goto(`${cluster}/topics`);
  await hydrated(page);
  await page.keyboard.press("/");
  await page.keyboard.type("sta");
  await expect(page.getByRole("option", { name: /state:/ })).toBeVisible();
  await page.keyboard.press("Tab");
  const field = page.locator("main input[type=search]");
  await expect(field).toHaveValue("state:");
  await page.keyboard.type("err");
  await page.keyboard.press("Tab");
  await expect(field).toHaveValue("state:error ");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/q=state%3Aerror/);
  await expect(page.locator("main tr[data-row] a.name").first()).toHaveText("billing-invoices");
});
