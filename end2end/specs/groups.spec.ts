// Consumer groups, with and without JavaScript and on a narrow screen: the list says what to make of each, everything has an address, and
// a group's lag leads to the record it stands at.

import { expect, hydrated, test } from "../support/test";

const cluster = "/clusters/kafka/task-events";
const groups = `${cluster}/groups`;
const rows = "main tr[data-row]";

test("the list names every group of the bed with a verdict and its reason", async ({ page, javaScriptEnabled }) => {
  await page.goto(`${groups}?sort=name`);
  if (javaScriptEnabled !== false) await hydrated(page);
  for (const name of ["audit-log", "billing-export", "notification-service", "search-indexer", "task-analytics", "task-worker"]) {
    await expect(page.getByRole("link", { name, exact: true })).toBeVisible();
  }
  const stopped = page.locator(rows, { hasText: "billing-export" });
  await expect(stopped.locator(".say .badge")).toHaveText(/Stopped with lag|Unknown|Losing data|Healthy/);
  await expect(stopped.locator(".say .two")).not.toBeEmpty();
});

test("words of the filter narrow the list, and the address keeps them", async ({ page }) => {
  await page.goto(`${groups}?q=${encodeURIComponent("kind:consumer topic:task-updated")}`);
  await expect(page.locator(`${rows} a.name`)).toHaveText(["search-indexer"]);
  await expect(page.locator("main input[type=search]")).toHaveValue("kind:consumer topic:task-updated");
});

test("a mistake in the filter is pointed at, and its correction is a link", async ({ page }) => {
  await page.goto(`${groups}?q=${encodeURIComponent("kind:clasic")}`);
  const error = page.locator("#q-error");
  await expect(error.locator("mark")).toHaveText("clasic");
  await expect(error).toContainText("is no kind of group");
  await error.getByRole("link", { name: /kind:classic/ }).click();
  await expect(page).toHaveURL(/kind%3Aclassic/);
  await expect(page.locator("#q-error")).toHaveCount(0);
  await expect(page.getByRole("link", { name: "search-indexer", exact: true })).toHaveCount(0);
});

test("columns sort, and pages follow one another", async ({ page }) => {
  await page.goto(`${groups}?size=2&sort=name`);
  const first = await page.locator(`${rows} a.name`).allTextContents();
  expect(first).toHaveLength(2);
  await page.getByRole("link", { name: "Next", exact: true }).click();
  await expect(page).toHaveURL(/after=/);
  await expect(page.locator(`${rows} a.name`).first()).not.toHaveText(first[0] ?? "");
  await page.getByRole("link", { name: "Previous" }).click();
  await expect(page.locator(`${rows} a.name`)).toHaveText(first);
});

test("a group's page says what it does, and its tabs have addresses", async ({ page, javaScriptEnabled }) => {
  await page.goto(`${groups}/task-worker`);
  if (javaScriptEnabled !== false) await hydrated(page);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("task-worker");
  await expect(page.locator(".verdict-say b").first()).not.toBeEmpty();
  await expect(page.locator("dl.stats")).toContainText("To catch up");
  const tabs = page.getByRole("navigation", { name: "Group", exact: true });
  await tabs.getByRole("link", { name: /Members/ }).click();
  await expect(page).toHaveURL(/tab=members/);
  await expect(page.locator("table.members tbody tr")).not.toHaveCount(0);
  await tabs.getByRole("link", { name: /Partitions/ }).click();
  await expect(page).toHaveURL(/tab=partitions/);
  await expect(page.locator("table.gp tbody tr")).not.toHaveCount(0);
});

test("from the lag of a group straight to the record it stands at", async ({ page, isMobile }) => {
  test.skip(isMobile, "the column is left out on a narrow screen");
  await page.goto(`${groups}/billing-export?tab=partitions`);
  const row = page.locator("table.gp tbody tr").first();
  const committed = (await row.locator("td[data-l=Committed]").textContent())?.replace(/\D/g, "");
  await row.getByRole("link", { name: "Open record" }).click();
  await expect(page).toHaveURL(new RegExp(`from=offset:${committed}`));
  await expect(page.locator(rows).first().locator("td.off")).toHaveText(new RegExp(`^${(committed ?? "").split("").join("\\D?")}$`));
});

test("a name that no path carries has a page too", async ({ page }) => {
  await page.goto(`${groups}?q=${encodeURIComponent('"reports/"')}`);
  await page.getByRole("link", { name: "reports/2026 100%", exact: true }).click();
  await expect(page).toHaveURL(/\/group\?group=reports%2F2026%20100%25/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("reports/2026 100%");
  await page.getByRole("navigation", { name: "Group", exact: true }).getByRole("link", { name: /Events/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("reports/2026 100%");
});

test("the course has a table behind it", async ({ page }) => {
  await page.goto(`${groups}/task-worker?chart=table`);
  await expect(page.locator(".course table tbody tr").nth(1)).toBeVisible();
});

test("a topic says who reads it and who has stopped", async ({ page }) => {
  await page.goto(`${cluster}/topics/task-completed?tab=groups`);
  await expect(page.getByRole("link", { name: "billing-export", exact: true })).toBeVisible();
  await expect(page.getByRole("link", { name: "notification-service", exact: true })).toBeVisible();
  await expect(page.locator("main")).toContainText(/\d+ stopped/);
});

test("the API answers the same, also as a file and with the name in the query", async ({ page }) => {
  const api = `/api/v1${groups}`;
  const list = await (await page.request.get(`${api}?q=billing`)).json();
  expect(list.items.map((row: { group: string }) => row.group)).toEqual(["billing-export"]);
  const refused = await page.request.get(`${api}?q=${encodeURIComponent("lag>many")}`);
  expect(refused.status()).toBe(422);
  expect((await refused.json()).field).toBe("q");
  const file = await page.request.get(`${api}?format=csv&q=billing`);
  expect(file.headers()["content-type"]).toContain("text/csv");
  expect((await file.text()).split("\r\n")[1]).toMatch(/^billing-export,classic,/);
  const odd = await page.request.get(`/api/v1${cluster}/group/lag?group=${encodeURIComponent("reports/2026 100%")}`);
  expect(odd.status()).toBe(200);
  expect((await odd.json()).items.length).toBeGreaterThan(0);
});

test.describe("bob, who may read namespace dev alone", () => {
  test.use({ who: "bob" });

  test("is told which role he would need", async ({ page, tolerate }) => {
    tolerate(/status of 403/);
    const answer = await page.goto(groups);
    expect(answer?.status()).toBe(403);
    await expect(page.locator("main")).toContainText("You may not list groups of cluster kafka/task-events");
    const absent = await page.goto(`${groups}/no-such-group`);
    expect(absent?.status(), "the same whether it exists or not").toBe(403);
  });
});
