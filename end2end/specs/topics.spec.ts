// The list of topics, with and without JavaScript and on a narrow screen: its filter, its columns, its file.

import { expect, hydrated, test } from "../support/test";

const topics = "/clusters/kafka/task-events/topics";
const rows = "main tr[data-row]";

test("conditions narrow the list, and the address keeps them", async ({ page }) => {
  const asked = "config.cleanup.policy=compact internal:no -task";
  await page.goto(`${topics}?q=${encodeURIComponent(asked)}`);
  await expect(page.locator("main input[type=search]")).toHaveValue(asked);
  const names = await page.locator(`${rows} a.name`).allTextContents();
  for (const name of names) expect(name).not.toContain("task");
  await page.goto(`${topics}?q=${encodeURIComponent("task-created or state:error")}&sort=name`);
  await expect(page.locator(`${rows} a.name`).filter({ hasText: /^task-created$/ })).toBeVisible();
  await expect(page.locator(`${rows} a.name`).filter({ hasText: /^billing-invoices$/ })).toBeVisible();
  await expect(page.locator(`${rows} a.name`).filter({ hasText: /^task-updated$/ })).toHaveCount(0);
});

test("a mistake is pointed at with its place, and its correction is a link", async ({ page }) => {
  await page.goto(`${topics}?q=${encodeURIComponent("task config.cleanup.polcy=compact")}`);
  const error = page.locator("#q-error");
  await expect(error.locator("mark")).toHaveText("cleanup.polcy");
  await expect(error).toContainText("All topics are shown.");
  await error.getByRole("link", { name: /cleanup\.policy/ }).click();
  await expect(page).toHaveURL(/cleanup\.policy/);
  await expect(page.locator("#q-error")).toHaveCount(0);
});

test("columns that are left out and close rows come with the page", async ({ page, javaScriptEnabled, isMobile }) => {
  test.skip(isMobile, "a narrow screen shows rows as blocks");
  await page.goto(topics);
  if (javaScriptEnabled !== false) await hydrated(page);
  const retention = page.locator("th", { hasText: "Retention" });
  await expect(retention).toBeVisible();
  const before = await page.locator(rows).first().boundingBox();
  await page.locator("details.columns > summary").click();
  await page.getByLabel("Retention", { exact: true }).uncheck();
  await page.getByLabel("Compact", { exact: true }).check();
  if (javaScriptEnabled === false) await page.getByRole("button", { name: "Apply" }).click();
  await expect(retention).toBeHidden();
  // Another request: the server renders the choice.
  const answer = await page.goto(topics);
  expect(await answer?.text()).toMatch(/class="tbl stack bleed topics compact hide-8"/);
  await expect(retention).toBeHidden();
  const after = await page.locator(rows).first().boundingBox();
  expect(after?.height ?? 0).toBeLessThan(before?.height ?? 0);
});

test("lists are files", async ({ page }) => {
  for (const [path, head, row] of [
    ["/", "namespace,cluster,", "kafka,task-events,"],
    ["/clusters/kafka/task-events/nodes", "node,pool,", "0,dual,"],
    [`${topics}?q=task-created`, "topic,state,", "task-created,"],
    ["/clusters/kafka/task-events/groups", "group,type,", "billing-export,"],
  ] as const) {
    await page.goto(path);
    const href = await page.getByRole("link", { name: "Export CSV" }).getAttribute("href");
    const file = await page.request.get(href ?? "");
    expect(file.headers()["content-type"]).toContain("text/csv");
    const text = await file.text();
    expect(text.startsWith(head), text.slice(0, 80)).toBe(true);
    expect(text).toContain(`\r\n${row}`);
  }
});
