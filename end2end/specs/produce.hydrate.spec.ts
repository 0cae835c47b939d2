// Sending records from the drawer: checked while typed, sent, opened; refused with the reason.

import { expect, hydrated, test } from "../support/test";

const drawer = "/clusters/kafka/task-events/messages?topic=task-created&produce=task-created";

test("a record is checked while it is typed, sent, and opened", async ({ page }) => {
  await page.goto(drawer);
  await hydrated(page);
  const dialog = page.getByRole("dialog", { name: "Produce records" });
  await expect(dialog).toContainText("partitions");
  await dialog.getByRole("button", { name: "JSON", exact: true }).click();
  await dialog.getByLabel("Key", { exact: true }).fill("tsk_end2end");
  const value = dialog.getByRole("textbox", { name: "Value", exact: true });
  await value.fill('{\n  "event_type": "task.created",\n}');
  await expect(dialog.getByText("Line 3:").first()).toBeVisible();
  await expect(dialog.locator(".back .bad")).toContainText("}");
  await expect(dialog.getByRole("button", { name: "Send", exact: true })).toHaveAttribute("aria-disabled", "true");
  await value.fill('{"event_type": "task.created", "n": 12345678901234567890}');
  await expect(dialog.locator(".recs")).toContainText("Valid");
  await expect(dialog).toContainText(/goes to \d+ of \d+; node \d+ leads it/);
  await dialog.getByRole("button", { name: "Put in order" }).click();
  await expect(value).toHaveValue(/\n  "n": 12345678901234567890\n/);
  await dialog.getByRole("button", { name: "Header" }).click();
  await dialog.getByLabel("Name of the header").fill("retry");
  await dialog.getByLabel("Value of the header").fill("0");
  await dialog.getByRole("button", { name: "Send", exact: true }).click();
  await expect(dialog).toContainText("1 written in");
  await dialog.getByRole("link", { name: "Open" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.locator("#record")).toContainText("12345678901234567890");
});

test("a record is copied from another and sent in a transaction", async ({ page }) => {
  await page.goto("/clusters/kafka/task-events/messages?topic=task-created");
  await hydrated(page);
  await page.locator(".msgs tbody tr a.name").first().click();
  await page.locator("#record").getByRole("link", { name: /Edit and produce/ }).click();
  const dialog = page.getByRole("dialog", { name: "Produce records" });
  await expect(dialog).toContainText("a copy of task-created partition");
  await dialog.getByRole("button", { name: "Duplicate" }).click();
  await expect(dialog).toContainText("Record 2 of 2");
  await dialog.getByRole("button", { name: "Commit" }).click();
  await expect(dialog.locator(".recs .badge.ok")).toHaveCount(2);
  await page.keyboard.press("Control+Enter");
  await expect(dialog).toContainText("committed in");
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
});

test("lines are sent, and those that are wrong are named", async ({ page }) => {
  await page.goto(drawer);
  await hydrated(page);
  const dialog = page.getByRole("dialog", { name: "Produce records" });
  await dialog.getByRole("button", { name: "JSON lines" }).click();
  await dialog.getByLabel("Lines").fill('{"key":"a","value":{"n":1}}\nnonsense\n[1]');
  await dialog.getByRole("button", { name: "Check" }).click();
  await expect(dialog).toContainText("3 lines read, 2 could be sent, 1 refused");
  await dialog.getByRole("button", { name: "Send all lines" }).click();
  await expect(dialog).toContainText("3 lines read, 2 written, 1 refused");
  await expect(dialog.locator(".fates tbody tr")).toContainText("2");
});

test.describe("without the right", () => {
  test.use({ who: "bob" });

  test("the drawer says which role is missing", async ({ page, tolerate }) => {
    tolerate(/403/);
    await page.goto("/clusters/dev/sandbox/messages?produce=task-created");
    await hydrated(page);
    const dialog = page.getByRole("dialog", { name: "Produce records" });
    await expect(dialog).toContainText('verbs: ["produce"]');
    await expect(dialog.getByRole("button", { name: /Send/ })).toHaveCount(0);
  });
});
