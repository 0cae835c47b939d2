// Signing in: with a pasted token, with a wrong one, back to where one wanted to go, and out again.

import { expect, signInByForm, state, test, type Who } from "../support/test";

test.use({ who: null });

test("a pasted token leads to where one wanted to go", async ({ page }) => {
  await signInByForm(page, "alice", "/clusters/kafka/task-events/topics");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/topics/i);
});

test("a token that the API server does not know is refused in words", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByLabel("Token").fill("no-such-token");
  await page.getByRole("button", { name: "Sign in with the token" }).click();
  await expect(page.getByRole("alert")).toContainText("refused");
});

test("a page asks for a sign-in and says so with its status", async ({ page, tolerate }) => {
  tolerate(/status of 401/);
  const answer = await page.goto("/clusters/kafka/task-events");
  expect(answer?.status()).toBe(401);
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});

// A link can be spent once, and every project runs this: each has a person of its own.
const spender: Record<string, Who> = { desktop: "alice", "no-javascript": "bob", mobile: "carol" };

test("a link of the bed works once", async ({ request }, { project }) => {
  const link = state().console.signIn[spender[project.name]];
  const first = await request.get(link, { maxRedirects: 0 });
  expect(first.status()).toBe(303);
  expect(first.headers()["set-cookie"]).toMatch(/HttpOnly/);
  const second = await request.get(link, { maxRedirects: 0 });
  expect(second.headers()["location"]).toContain("error=link");
});
