// What the browser adds to messages: filter while typing, searching on the server, the keyboard.

import { expect, hydrated, test } from "../support/test";

const messages = "/clusters/kafka/task-events/messages";
const rows = "main tr[data-row]";

test("a filter goes into the address and only what passes stays", async ({ page }) => {
  await page.goto(`${messages}?topic=task-created&limit=50`);
  await hydrated(page);
  await page.keyboard.press("/");
  await page.keyboard.type("partition = 1");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/q=partition/);
  const parts = async () => [...new Set(await page.locator(`${rows} td.part`).allTextContents())];
  await expect.poll(parts).toEqual(["1"]);
});

test("a wrong filter is not sent, and its correction is one press away", async ({ page }) => {
  await page.goto(`${messages}?topic=task-created`);
  await hydrated(page);
  const field = page.getByRole("combobox", { name: "Filter of records" });
  await field.fill("partitoin = 1");
  await field.press("Enter");
  await expect(page.locator("#q-error")).toBeVisible();
  await expect(page).not.toHaveURL(/q=/);
  await page.locator("#q-error").getByRole("link").click();
  await expect(field).toHaveValue("partition = 1");
  await expect(page.locator("#q-error")).toHaveCount(0);
});

test("fields and operators are proposed and taken by the keyboard", async ({ page }) => {
  await page.goto(`${messages}?topic=task-created`);
  await hydrated(page);
  const field = page.getByRole("combobox", { name: "Filter of records" });
  await field.click();
  await field.pressSequentially("part");
  await expect(page.getByRole("option", { name: /partition/ })).toBeVisible();
  await field.press("Tab");
  await expect(field).toHaveValue("partition ");
  await expect(page.getByRole("option").first()).toBeVisible();
});

test("a search runs through the whole topic and says exactly what it looked at", async ({ page }) => {
  await page.goto(`${messages}?topic=task-created&mode=search&q=${encodeURIComponent("offset < 20")}`);
  await expect(page.getByText("Searched to the end")).toBeVisible();
  await expect(page.locator(".run-said")).toContainText(/Searched all .* records/);
  const found = Number((await page.locator(".run-line b").nth(1).textContent())?.replace(/\D/g, ""));
  expect(found).toBeGreaterThan(0);
  await expect(page.locator("table.msgs")).toHaveAttribute("aria-rowcount", String(found + 1));
});

test("a search that reaches its limit goes on from there", async ({ page }) => {
  await page.goto(`${messages}?topic=task-created&mode=search&limit=5&q=${encodeURIComponent("offset >= 0")}`);
  await expect(page.getByText("Stopped before the end")).toBeVisible();
  await expect(page.locator("table.msgs")).toHaveAttribute("aria-rowcount", "6");
  await page.getByRole("button", { name: "Go on from here" }).click();
  await expect(page.locator("table.msgs")).toHaveAttribute("aria-rowcount", "11");
});

test("the keyboard moves through records, opens one, takes the detail along and closes it", async ({ page }) => {
  await page.goto(`${messages}?topic=task-created&limit=50`);
  await hydrated(page);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await expect(page.locator(`${rows}.focus`)).toHaveAttribute("data-index", "1");
  await page.keyboard.press("Enter");
  await expect(page.locator("#record")).toBeVisible();
  const first = page.url();
  await page.keyboard.press("j");
  await expect(page).not.toHaveURL(first);
  await expect(page.locator(`${rows}.sel`)).toHaveAttribute("data-index", "2");
  await page.keyboard.press("Escape");
  await expect(page.locator("#record")).toHaveCount(0);
});
