// One node, what stopping would do, certificates: with and without JavaScript and on a narrow screen.

import { expect, hydrated, test } from "../support/test";

const cluster = "/clusters/kafka/task-events";
const nodes = `${cluster}/nodes`;
const tab = (name: string) => `${nodes}/2?tab=${name}`;

test("the list leads to a node, whose head says what it is", async ({ page, javaScriptEnabled }) => {
  await page.goto(nodes);
  if (javaScriptEnabled !== false) await hydrated(page);
  await page.getByRole("link", { name: "task-events-dual-2", exact: true }).click();
  await expect(page).toHaveURL(/\/nodes\/2$/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("task-events-dual-2");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Running");
  await expect(page.locator(".facts")).toContainText("rack eu-central-1c");
  await expect(page.locator("main")).toContainText("Log end offset");
  await expect(page.locator("aside")).toContainText("Restarts");
});

test("settings show what is set, and every one when asked", async ({ page }) => {
  await page.goto(tab("configuration"));
  const rows = page.locator("table.cfg tr[data-row]");
  const set = await rows.count();
  expect(set).toBeGreaterThan(10);
  await expect(page.locator("table.cfg")).toContainText("min.insync.replicas");
  await expect(page.getByRole("link", { name: "num.io.threads", exact: true })).toHaveCount(0);
  await page.getByRole("link", { name: /^All \d+/ }).click();
  await expect(page).toHaveURL(/show=all/);
  await expect(page.getByRole("link", { name: "num.io.threads", exact: true })).toBeVisible();
  expect(await rows.count()).toBeGreaterThan(set);
});

test("a setting is explained in its address, secrets stay hidden", async ({ page }) => {
  await page.goto(`${tab("configuration")}&setting=min.insync.replicas`);
  const explained = page.locator("tr.sub .doc");
  await expect(explained).toContainText(/acknowledge/);
  await expect(explained.locator("li.won")).toContainText("2");
  await page.goto(`${tab("configuration")}&show=all&q=keystore.password`);
  await expect(page.locator("table.cfg tr[data-row]").first()).toContainText("hidden by the broker");
});

test("partitions of a node are filtered and sorted in the address", async ({ page }) => {
  await page.goto(`${tab("partitions")}&state=leads`);
  const rows = page.locator("table.node-parts tr[data-row]");
  await expect(rows.first()).toContainText("Leads");
  await expect(rows.filter({ hasText: "Follows" })).toHaveCount(0);
  await page.goto(`${tab("partitions")}&q=task-created&sort=-size`);
  await expect(rows.first().locator("a.name")).toHaveText("task-created");
});

test("log directories say what is in them", async ({ page }) => {
  await page.goto(tab("directories"));
  await expect(page.locator("main section.sec").first()).toContainText("Free");
  await expect(page.locator("main section.sec tbody tr").first()).toBeVisible();
});

test("what stops is chosen by boxes and stands in the address", async ({ page, javaScriptEnabled }) => {
  await page.goto(nodes);
  const section = page.locator("#if-these-stop");
  if (javaScriptEnabled !== false) await hydrated(page);
  await section.locator("label", { hasText: /^2$/ }).click();
  if (javaScriptEnabled === false) await section.getByRole("button", { name: "Work it out" }).click();
  await expect(page).toHaveURL(/stop=2/);
  await expect(section.locator(".sim-say").first()).toContainText("Node 2:");
  await expect(section).toContainText("2 of 3 voters remain");
  await page.goto(`${nodes}?stop=1&stop=2`);
  await expect(section).toContainText("The metadata quorum is lost");
  await expect(section.locator("tbody tr").first()).toContainText("Offline");
  await expect(section.getByRole("checkbox", { name: "1", exact: true })).toBeChecked();
});

test("certificates say who vouches for them and how long they hold", async ({ page }) => {
  await page.goto(`${cluster}/certificates`);
  const main = page.locator("main");
  await expect(async () => {
    await page.reload();
    await expect(main).toContainText("as the status promises", { timeout: 1_000 });
  }).toPass();
  await expect(main).toContainText("Clients CA");
  await expect(main).toContainText("O=io.strimzi");
  await expect(main.locator("table.certs td[data-l='Days left']").first()).toHaveText(/^\d/);
  await page.goto("/clusters/dev/sandbox/certificates");
  await expect(main).toContainText("The console may not read the Secret dev/sandbox-cluster-ca-cert");
  await expect(main.locator(".code").first()).toContainText("sandbox-cluster-ca-cert");
});

test.describe("bob, who may read namespace dev alone", () => {
  test.use({ who: "bob" });

  test("is told which role he would need", async ({ page, tolerate }) => {
    tolerate(/status of 403/);
    const answer = await page.goto(`${nodes}/2`);
    expect(answer?.status()).toBe(403);
    await expect(page.locator("main")).toContainText("You may not get brokers of cluster kafka/task-events");
    expect((await page.goto(`${nodes}/77`))?.status()).toBe(403);
  });
});
