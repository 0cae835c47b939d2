// Axe finds nothing on any page, in either look. What only a press shows (a dialog, an open record) is looked at where it is tested.

import { accessible } from "../support/axe";
import { places } from "../support/routes";
import { hydrated, test } from "../support/test";

for (const { path, status } of places) {
  test(`axe finds nothing in ${path}`, async ({ page, tolerate }) => {
    if (status) tolerate(new RegExp(`status of ${status}`));
    await page.goto(path);
    await hydrated(page);
    await accessible(page);
  });
}

test.describe("signed out", () => {
  test.use({ who: null });
  test("axe finds nothing in signing in", async ({ page }) => {
    await page.goto("/sign-in");
    await accessible(page);
  });
});
