// What a machine can say of a page's accessibility: nothing, in either look.

import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Axe finds nothing in the page as it is, light and dark. */
export async function accessible(page: Page) {
  // Colours that fade into each other would be measured half way.
  await page.emulateMedia({ reducedMotion: "reduce" });
  const before = await page.locator("html").getAttribute("data-theme");
  for (const theme of ["light", "dark"]) {
    await page.locator("html").evaluate((root, theme) => root.setAttribute("data-theme", theme), theme);
    const axe = new AxeBuilder({ page });
    // Colours are all that differs.
    const { violations } = await (theme === "light" ? axe.withTags(rules) : axe.withRules(["color-contrast"])).analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
    expect(found, `what axe finds in the ${theme} look`).toEqual([]);
  }
  await page.locator("html").evaluate((root, theme) => (theme ? root.setAttribute("data-theme", theme) : root.removeAttribute("data-theme")), before);
}
