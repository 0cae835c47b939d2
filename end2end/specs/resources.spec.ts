// Resources beside a cluster, with and without JavaScript and on a narrow screen: every kind in one list, each with its own columns, and a
// page for each. The bed's objects exist where `v1` is served; nobody reconciles them.

import { expect, hydrated, state, test } from "../support/test";

const resources = "/clusters/kafka/task-events/resources";
const rows = "main tr[data-row]";

test.skip(state().kubernetes.strimzi.apiVersion !== "v1", "the bed's objects are of v1");

test("the list names an object of every kind, says that none was looked at, and where it belongs", async ({ page, javaScriptEnabled }) => {
  await page.goto(resources);
  if (javaScriptEnabled !== false) await hydrated(page);
  for (const name of ["events", "profile-sink", "dr-mirror", "http", "after-adding-node"]) {
    const row = page.locator(rows, { has: page.getByRole("link", { name, exact: true }) });
    await expect(row.locator(".say .badge")).toHaveText("Not yet reconciled");
  }
  const sink = page.locator(rows, { has: page.getByRole("link", { name: "profile-sink", exact: true }) });
  await expect(sink).toContainText("Connect cluster events");
  const bridge = page.locator(rows, { has: page.getByRole("link", { name: "http", exact: true }) });
  await expect(bridge.getByTitle(/No watched cluster has the bootstrap servers/)).toHaveText("can't be told");
});

test("kinds are tabs with an address, and words narrow them", async ({ page }) => {
  await page.goto(resources);
  await page.getByRole("navigation", { name: "Kinds" }).getByRole("link", { name: /^Connectors/ }).click();
  await expect(page).toHaveURL(/resources\/kafkaconnectors$/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Connectors");
  await expect(page.locator(rows).first()).toContainText("OpensearchSinkConnector");
  await page.goto(`${resources}?q=mirror`);
  await expect(page.locator(`${rows} a.name`)).toHaveText(["dr-mirror"]);
});

test("a resource's page has conditions, history and YAML, and hides its password", async ({ page, javaScriptEnabled }) => {
  await page.goto(`${resources}/kafkaconnectors`);
  await page.getByRole("link", { name: "profile-sink", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("profile-sink");
  if (javaScriptEnabled !== false) await hydrated(page);
  await expect(page.locator("main")).toContainText("None: no operator has looked at this resource yet.");
  await expect(page.locator(".code.yaml")).toContainText("connection.password");
  await expect(page.locator(".code.yaml")).not.toContainText("not-a-real-password");
});
