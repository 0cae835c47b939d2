// Every page, with JavaScript, without, and on a narrow screen: its status is true, it has one heading, nothing scrolls
// sideways, and (the fixture's part) the browser has nothing to complain about.

import { expect, hydrated, test } from "../support/test";
import { places } from "../support/routes";

for (const { path, heading, status = 200 } of places) {
  test(`${path} answers ${status}`, async ({ page, tolerate, javaScriptEnabled }) => {
    if (status !== 200) tolerate(new RegExp(`status of ${status}`));
    const answer = await page.goto(path);
    expect(answer?.status()).toBe(status);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(heading);
    if (javaScriptEnabled !== false) await hydrated(page);
    const wide = await page.locator("html").boundingBox();
    const viewport = page.viewportSize();
    expect(wide?.width, "no page is wider than its window").toBeLessThanOrEqual(viewport?.width ?? 0);
  });
}
