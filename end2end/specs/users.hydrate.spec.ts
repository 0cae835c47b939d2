// What only a browser shows of users: a password comes on a click, for those whom Kubernetes lets read the Secret, and stays nowhere.

import { expect, hydrated, test } from "../support/test";

const user = "/clusters/kafka/task-events/users/task-api";

test("a password is revealed by a click, and hidden again", async ({ page }) => {
  await page.goto(user);
  await hydrated(page);
  await page.getByRole("button", { name: "What the Secret has" }).click();
  await expect(page.locator("aside")).toContainText("sasl.jaas.config");
  await page.getByRole("button", { name: "Reveal password…" }).click();
  const shown = page.locator("aside .code").first();
  await expect(shown).toHaveText(/^\S{8,}/);
  const password = ((await shown.textContent()) ?? "").replace(/Copy.*$/, "").trim();
  await page.getByRole("button", { name: "Hide" }).click();
  await expect(page.locator("main")).not.toContainText(password);
  const again = await page.goto(user);
  expect(await again?.text()).not.toContain(password);
});

test.describe("as bob", () => {
  test.use({ who: "bob" });

  test("who may not read the Secret is told which Role grants it", async ({ page, tolerate }) => {
    tolerate(/403/);
    await page.goto("/clusters/dev/sandbox/users/task-api");
    await hydrated(page);
    await page.getByRole("button", { name: "Reveal password…" }).click();
    await expect(page.locator("aside")).toContainText("You may not read this Secret");
    await expect(page.locator("aside .code")).toContainText("resourceNames:");
  });
});

test("keys lead there and back", async ({ page }) => {
  await page.goto("/clusters/kafka/task-events/users");
  await hydrated(page);
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Topics");
  await page.keyboard.press("g");
  await page.keyboard.press("u");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Users");
});
