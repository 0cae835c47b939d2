// What bob and carol see: what Kubernetes allows them, and what to ask for where it does not.

import { expect, test } from "../support/test";

test.describe("bob, who may read namespace dev", () => {
  test.use({ who: "bob" });

  test("sees the sandbox and not the others", async ({ page }) => {
    await page.goto("/");
    await expect(page.locator("tbody tr")).toHaveCount(1);
    await expect(page.locator("tbody")).toContainText("sandbox");
  });

  test("is told which role he would need", async ({ page, tolerate }) => {
    tolerate(/status of 403/);
    const answer = await page.goto("/clusters/kafka/task-events/topics");
    expect(answer?.status()).toBe(403);
    await expect(page.locator("main")).toContainText("You may not list topics of cluster kafka/task-events");
    await expect(page.locator("main")).toContainText("penstock.dev");
  });
});

test.describe("carol, who may nothing", () => {
  test.use({ who: "carol" });

  test("sees no cluster and learns of none", async ({ page }) => {
    const answer = await page.goto("/");
    expect(answer?.status()).toBe(200);
    await expect(page.locator("main")).not.toContainText("task-events");
    await expect(page.locator("main")).not.toContainText("sandbox");
  });
});
