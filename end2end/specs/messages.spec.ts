// Messages, with and without JavaScript and on a narrow screen: browsing is complete from the server, every control is a link or a
// form, and the address says everything.

import { expect, hydrated, test } from "../support/test";

const messages = "/clusters/kafka/task-events/messages";
const rows = "main tr[data-row]";

test("the newest records of a topic stand there, and one opens with its own address", async ({ page, javaScriptEnabled }) => {
  await page.goto(`${messages}?topic=task-created&limit=30`);
  if (javaScriptEnabled !== false) await hydrated(page);
  await expect(page.locator(rows).first()).toBeVisible();
  await page.locator(`${rows} a.name`).first().click();
  await expect(page).toHaveURL(/record=task-created\/\d+\/\d+/);
  await expect(page.locator("#record")).toBeVisible();
  await page.goBack();
  await expect(page).not.toHaveURL(/record=/);
  await expect(page.locator("#record")).toHaveCount(0);
});

test("older records are a page further, and the back key comes back", async ({ page, javaScriptEnabled }) => {
  await page.goto(`${messages}?topic=task-created&partition=0&limit=5`);
  if (javaScriptEnabled !== false) await hydrated(page);
  const offset = async () => Number((await page.locator(`${rows} td.off`).first().textContent())?.replace(/\D/g, ""));
  const newest = await offset();
  await page.getByRole("link", { name: "Older" }).click();
  await expect(page).toHaveURL(/at=/);
  await expect.poll(offset).toBeLessThan(newest);
  await page.goBack();
  await expect(page).not.toHaveURL(/at=/);
  await expect.poll(offset).toBeGreaterThanOrEqual(newest);
});

test("a bound that is none says so at its field, and nothing else breaks", async ({ page }) => {
  await page.goto(`${messages}?topic=task-created&from=soon`);
  await expect(page.getByText("“soon” is no position")).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Messages");
});

test("a filter that does not parse points at its place and offers what was meant", async ({ page }) => {
  await page.goto(`${messages}?topic=task-created&q=${encodeURIComponent('partitoin = 0')}`);
  await expect(page.locator("#q-error")).toBeVisible();
  await expect(page.locator("#q-error").getByText("partition = 0")).toBeVisible();
});

test("without a topic, topics are offered", async ({ page }) => {
  await page.goto(messages);
  await page.getByRole("link", { name: "task-created", exact: true }).click();
  await expect(page).toHaveURL(/topic=task-created/);
  await expect(page.locator(rows).first()).toBeVisible();
});

test("several topics are read together and named", async ({ page }) => {
  await page.goto(`${messages}?topic=task-created&topic=task-completed&limit=60`);
  await expect(page.locator(`${rows} td.topic`).first()).toHaveText(/^task-(created|completed)$/);
});
