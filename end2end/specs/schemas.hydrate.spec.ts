// What is done to schemas, in the browser: a mistake is pointed at before anything is sent, what is checked is registered, and a page
// follows by itself.

import { expect, hydrated, test } from "../support/test";

const schemas = "/clusters/kafka/task-events/schemas";
// Another one for each run: what a failed one left behind must not matter.
const subject = `test-e2e-schema-${Date.now()}-value`;
const record = (fields: object[]) => JSON.stringify({ type: "record", name: "Probe", fields });

test("a schema is checked, registered, given a rule and deleted", async ({ page, tolerate }) => {
  // The page of what was just deleted for good says so.
  tolerate(/404.*subject_get/);
  await page.goto(schemas);
  await hydrated(page);
  await page.getByRole("button", { name: "Register…" }).click();
  const dialog = page.getByRole("dialog", { name: "Register a schema" });
  await dialog.getByLabel("Subject").fill(subject);
  await dialog.getByLabel("Schema", { exact: true }).fill('{\n "type": }');
  await dialog.getByRole("button", { name: "Check" }).click();
  await expect(dialog.getByRole("alert")).toContainText("Line 2");
  await dialog.getByLabel("Schema", { exact: true }).fill(record([{ name: "id", type: "long" }]));
  await dialog.getByRole("button", { name: "Check" }).click();
  await expect(dialog.getByRole("status")).toContainText("version");
  await dialog.getByRole("button", { name: "Register", exact: true }).click();
  await expect(dialog.getByRole("status")).toContainText("Registered");
  await dialog.getByRole("button", { name: "Close", exact: true }).last().click();

  await page.goto(`${schemas}/${subject}`);
  await hydrated(page);
  await page.getByRole("button", { name: "Rule…" }).click();
  const rule = page.getByRole("dialog", { name: "Compatibility rule" });
  await rule.getByLabel(/^backward\s*A new/).check();
  await rule.getByRole("button", { name: "Set rule" }).click();
  await expect(page.locator(".facts")).toContainText("rule: backward");

  await page.getByRole("button", { name: "Register…" }).click();
  const next = page.getByRole("dialog", { name: "Register a version" });
  await next.getByLabel("Schema", { exact: true }).fill(record([{ name: "id", type: "string" }]));
  await next.getByRole("button", { name: "Check" }).click();
  await expect(next.getByRole("status")).toContainText("would refuse");
  await expect(next.locator(".checks")).toContainText("the writer sends");
  const second = [{ name: "id", type: "long" }, { name: "note", type: "string", default: "" }];
  await next.getByLabel("Schema", { exact: true }).fill(record(second));
  await next.getByRole("button", { name: "Check" }).click();
  await expect(next.getByRole("status")).toContainText("would take it");
  await next.getByRole("button", { name: "Register", exact: true }).click();
  await expect(next.getByRole("status")).toContainText("Registered");
  await page.keyboard.press("Escape");

  // Against chosen versions only, of those that there are.
  await expect(page.locator(".facts")).toContainText("2 versions");
  await page.getByRole("button", { name: "Register…" }).click();
  await next.getByLabel("Schema", { exact: true }).fill(record([{ name: "id", type: "string" }]));
  const against = next.getByLabel("Versions to check against");
  await against.fill("9");
  await expect(next.getByRole("button", { name: "Check" })).toHaveAttribute("aria-disabled", "true");
  await against.fill("1");
  await next.getByRole("button", { name: "Check" }).click();
  await expect(next.locator(".checks > li")).toHaveCount(1);
  await expect(next.locator(".checks > li")).toContainText("v1");
  await page.keyboard.press("Escape");

  for (const label of ["Soft-delete subject", "Delete subject for good"]) {
    await page.getByRole("button", { name: "Delete…" }).click();
    const remove = page.getByRole("dialog", { name: "Delete schemas" });
    await remove.getByRole("textbox").fill(subject);
    await remove.getByRole("button", { name: label }).click();
    await expect(remove).toBeHidden();
  }
});
