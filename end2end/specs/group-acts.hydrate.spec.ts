// Changing groups: a preview before, an undo after, and a refusal that says why. Each test has a group of its own.

import type { Page } from "@playwright/test";
import { accessible } from "../support/axe";
import { expect, hydrated, test } from "../support/test";

const cluster = "/clusters/kafka/task-events";

/** A group without members that stands at the beginning (or end) of one partition: committing makes it. Answers its page's address. */
async function stopped(page: Page, name: string, to: "earliest" | "latest" = "earliest"): Promise<string> {
  const api = `/api/v1${cluster}/groups/${name}`;
  const preview = await page.request.post(`${api}/offsets:preview`, {
    data: { to, topics: [{ topic: "task-created", partitions: [0] }] },
  });
  const { plan } = await preview.json();
  const changes = plan.rows
    .filter((row: { old: number | null; new: number }) => row.old !== row.new)
    .map(({ topic, partition, old, new: offset }: Record<string, unknown>) => ({ topic, partition, old, new: offset }));
  if (changes.length > 0) {
    const applied = await page.request.post(`${api}/offsets:apply`, { data: { changes } });
    expect(applied.status(), await applied.text()).toBe(200);
  }
  await expect.poll(async () => (await page.request.get(api)).status()).toBe(200);
  return `${cluster}/groups/${name}`;
}

test("offsets are reset after a preview, and restored", async ({ page }) => {
  const group = await stopped(page, "e2e-acts-reset");
  await page.goto(group);
  await hydrated(page);
  await page.getByRole("link", { name: "Reset offsets…" }).click();
  await expect(page).toHaveURL(/act=reset/);
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("The group stands there already")).toBeVisible();
  await dialog.getByRole("button", { name: "Latest" }).click();
  const skipped = dialog.locator(".blast div", { hasText: "Records never read" }).locator("dd");
  await expect(skipped).not.toHaveText("0");
  await expect(dialog.locator("td[data-l=New]")).toHaveCount(1);
  const apply = dialog.getByRole("button", { name: "Reset offsets" });
  await expect(apply).toHaveAttribute("aria-disabled", "true");
  await dialog.getByRole("textbox", { name: /Type e2e-acts-reset/ }).fill("e2e-acts-reset");
  await apply.click();
  await expect(dialog.getByRole("status")).toContainText("1 partition was changed.");

  await dialog.getByRole("link", { name: "Undo…" }).click();
  await expect(page).toHaveURL(/act=restore-\d+/);
  await expect(dialog.getByRole("heading")).toContainText("Restore offsets of");
  await dialog.getByRole("button", { name: "Restore offsets" }).click();
  await expect(dialog.getByRole("status")).toContainText("1 partition was changed.");
  await page.keyboard.press("Escape");
  await expect(page).not.toHaveURL(/act=/);
  await expect(page.locator("tbody tr").first()).toContainText("Offsets restored");
  await expect(page.locator("tbody tr").first()).toContainText("alice");
});

test("what is typed wrongly is said beneath, and changes nothing", async ({ page, tolerate }) => {
  tolerate(/422/);
  await page.goto(`${await stopped(page, "e2e-acts-typed")}?act=reset`);
  await hydrated(page);
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Time", exact: true }).click();
  await dialog.getByRole("textbox", { name: "Time, UTC" }).fill("soon");
  await expect(dialog.locator(".help.err")).toContainText("That is no time");
  await dialog.getByRole("button", { name: "CSV" }).click();
  await dialog.getByRole("textbox").fill("task-created,0,5\ntask-created,x,5");
  await expect(dialog.getByRole("alert")).toContainText("Line 2");
  await dialog.getByRole("textbox").fill("task-created,0,0");
  await expect(dialog.locator("td[data-l=New]")).toHaveCount(1);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(dialog).toHaveCount(0);
});

test("an active group shows who holds it, and what a reset would do", async ({ page }) => {
  await page.goto(`${cluster}/groups/audit-log?act=reset`);
  await hydrated(page);
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("alert")).toContainText(/active member/);
  await expect(dialog.getByRole("alert")).toContainText(/Stop .* first/);
  await expect(dialog.locator("td[data-l=New]").first()).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Reset offsets" })).toHaveAttribute("aria-disabled", "true");
});

test("a group is deleted and brought back from its empty page", async ({ page, tolerate }) => {
  tolerate(/404/);
  const group = await stopped(page, "e2e-acts-deleted");
  await page.goto(group);
  await hydrated(page);
  await page.getByRole("link", { name: "Delete group…" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.locator(".blast div", { hasText: "Offsets deleted" }).locator("dd")).toHaveText("1");
  await dialog.getByRole("textbox", { name: /Type e2e-acts-deleted/ }).fill("e2e-acts-deleted");
  await dialog.getByRole("button", { name: "Delete group" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Group not found");
  await expect(page).not.toHaveURL(/act=/);
  await expect(page.locator("tbody tr").first()).toContainText("Group deleted");
  await page.getByRole("link", { name: "Restore…" }).first().click();
  await dialog.getByRole("button", { name: "Restore offsets" }).click();
  await expect.poll(async () => (await page.request.get(`/api/v1${group}`)).status()).toBe(200);
});

test("offsets of a topic are deleted from the tab of partitions", async ({ page }) => {
  const group = await stopped(page, "e2e-acts-forgotten");
  await page.goto(`${group}?tab=partitions`);
  await hydrated(page);
  await page.getByRole("link", { name: "Delete offsets…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: /Type e2e-acts-forgotten/ }).fill("e2e-acts-forgotten");
  await dialog.getByRole("button", { name: "Delete offsets" }).click();
  await expect(dialog.getByRole("status")).toContainText("1 partition was changed.");
});

test("several empty groups are deleted from the list", async ({ page }) => {
  for (const name of ["e2e-acts-many-a", "e2e-acts-many-b"]) await stopped(page, name);
  const list = `${cluster}/groups?q=e2e-acts-many`;
  await page.goto(list);
  await hydrated(page);
  await expect(page.locator("main tr[data-row]")).toHaveCount(2);
  await page.getByRole("button", { name: "Delete empty groups…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("checkbox", { name: "All of them" }).check();
  const apply = dialog.getByRole("button", { name: "Delete 2 groups" });
  await expect(apply).toHaveAttribute("aria-disabled", "true");
  await dialog.getByRole("textbox").fill("delete 2 groups");
  await apply.click();
  await expect(dialog.getByRole("status")).toContainText("e2e-acts-many-b is deleted.");
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await expect(page.getByText("No group matches")).toBeVisible();
});

test("a group of the new protocol shows its settings at the broker", async ({ page }) => {
  await page.goto(`${cluster}/groups/search-indexer`);
  await hydrated(page);
  await expect(page.locator(".settings")).toContainText("consumer.session.timeout.ms");
});

test("how far behind a group is can be measured from its records", async ({ page }) => {
  // What was written before the console began to look is measured by itself: only what arrives now is estimated.
  await page.goto(await stopped(page, "e2e-acts-measured", "latest"));
  await hydrated(page);
  const measure = page.getByRole("button", { name: "Measure" });
  await expect(measure).toBeVisible({ timeout: 30_000 });
  await measure.click();
  await expect(page.locator(".stats").getByRole("status")).toContainText("exactly");
});

for (const [what, query] of [
  ["a reset", "act=reset"],
  ["a deletion", "act=delete"],
  ["what can be undone", "tab=undo"],
]) {
  test(`axe finds nothing in ${what}`, async ({ page }) => {
    await page.goto(`${await stopped(page, "e2e-acts-axe")}?${query}`);
    await hydrated(page);
    await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
    await accessible(page);
  });
}
