// Parts of the application that come late, the second time, or no more.

import { expect, hydrated, test } from "../support/test";
import type { Route } from "@playwright/test";

const overview = "/clusters/kafka/task-events";

/** Everything of WebAssembly but the module that all pages share. */
const parts = (url: URL) => url.pathname.endsWith(".wasm") && !url.pathname.endsWith("/penstock.wasm");
/** What loads them; the same script is asked for when one can't be had. */
const loader = (url: URL) => url.pathname.includes("/pkg/") && url.pathname.includes("split") && url.pathname.endsWith(".js");

test("a part that can't be had at first is asked for again", async ({ page, tolerate }) => {
  tolerate(/ERR_FAILED|Failed to (fetch|load)|request failed/i);
  const failed = new Set<string>();
  await page.route(parts, (route: Route) => {
    const url = route.request().url();
    if (failed.has(url)) return route.continue();
    failed.add(url);
    return route.abort();
  });
  await page.goto(overview);
  await hydrated(page);
  await page.locator(`nav a[href="${overview}/topics"]`).first().click();
  await expect(page.locator("table.topics tbody tr").first()).toBeVisible();
  expect(await page.evaluate(() => performance.getEntriesByType("navigation").length)).toBe(1);
  expect(failed.size).toBeGreaterThan(0);
});

test("a page whose parts are gone after an update is loaded anew", async ({ page, tolerate }) => {
  tolerate(/404/);
  let gone = true;
  let documents = 0;
  page.on("request", (request) => void (documents += Number(request.isNavigationRequest())));
  await page.route(parts, async (route: Route) => {
    if (!gone) return route.continue();
    // One that was only just loaded is not loaded again.
    await page.waitForFunction(() => performance.now() > 5200);
    return route.fulfill({ status: 404, body: "" });
  });
  await page.route(loader, (route: Route) => {
    if (!gone || route.request().method() !== "HEAD") return route.continue();
    gone = false;
    return route.fulfill({ status: 404, body: "" });
  });
  await page.goto(overview);
  await expect.poll(() => documents, { timeout: 20_000 }).toBe(2);
  await hydrated(page);
});
