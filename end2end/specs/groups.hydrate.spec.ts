// What the browser adds to consumer groups: the keyboard, figures that move by themselves, and nothing that axe would complain about.

import { expect, hydrated, test } from "../support/test";

const groups = "/clusters/kafka/task-events/groups";
const rows = "main tr[data-row]";

test("the keyboard filters, moves and opens", async ({ page }) => {
  await page.goto(groups);
  await hydrated(page);
  await page.keyboard.press("/");
  await page.keyboard.type("state:stable task");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/q=state/);
  await expect(page.getByRole("link", { name: "billing-export", exact: true })).toHaveCount(0);
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  const name = await page.locator(`${rows}.focus a.name`).textContent();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toContainText(name ?? "");
  await page.goBack();
  await expect(page).toHaveURL(/q=state/);
});

test("committed offsets move by themselves", async ({ page }) => {
  await page.goto(`${groups}/audit-log?tab=partitions`);
  await hydrated(page);
  const committed = async () => (await page.locator("table.gp td[data-l=Committed]").allTextContents()).join(" ");
  const before = await committed();
  await expect.poll(committed, { timeout: 30_000 }).not.toBe(before);
});

test("the span of the course goes into the address and stays with the topic", async ({ page }) => {
  await page.goto(`${groups}/audit-log`);
  await hydrated(page);
  const course = page.locator("section.course");
  await course.getByRole("link", { name: "24 h" }).click();
  await expect(page).toHaveURL(/span=24h/);
  await course.getByRole("link", { name: "task-created", exact: true }).click();
  await expect(page).toHaveURL(/span=24h&topic=task-created/);
  await expect(course).toContainText("records of task-created");
});
