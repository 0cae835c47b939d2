// Users, with and without JavaScript and on a narrow screen: the list says what is the matter with each, the question who may do what is
// a form with an address, and a first cluster's faults come with their correction.

import { expect, hydrated, test } from "../support/test";

const cluster = "/clusters/kafka/task-events";
const users = `${cluster}/users`;
const sandbox = "/clusters/dev/sandbox";
const rows = "main tr[data-row]";

test("the list names every user of the bed with its state", async ({ page, javaScriptEnabled }) => {
  await page.goto(`${users}?sort=name`);
  if (javaScriptEnabled !== false) await hydrated(page);
  for (const name of ["audit-log", "notification-service", "penstock", "task-api", "task-worker"]) {
    await expect(page.locator(rows, { has: page.getByRole("link", { name, exact: true }) }).locator(".badge").first()).toHaveText("Managed");
  }
  await expect(page.locator(".page-head")).toContainText("authorizer on");
});

test("words of the filter narrow the list, and a mistake is pointed at", async ({ page }) => {
  await page.goto(`${users}?q=${encodeURIComponent("state:managed task-a")}`);
  await expect(page.locator(`${rows} a.name`)).toHaveText(["task-analytics", "task-api"]);
  await page.goto(`${users}?q=${encodeURIComponent("state:managd")}`);
  await expect(page.locator("#q-error mark")).toHaveText("managd");
});

test("may it? is answered with the rule, and the narrowest rule that would grant it", async ({ page, javaScriptEnabled }) => {
  await page.goto(`${users}/notification-service`);
  if (javaScriptEnabled !== false) await hydrated(page);
  const form = page.locator("form.ask");
  await form.getByLabel("Name", { exact: true }).fill("task-created");
  await form.getByRole("button", { name: "Ask" }).click();
  await expect(page).toHaveURL(/name=task-created/);
  await expect(page.locator(".answer")).toContainText("Yes.");
  await expect(page.locator(".answer")).toContainText("begins with task-");
  await page.locator(".ops").getByRole("link", { name: /Write/ }).click();
  await expect(page.locator(".answer")).toContainText("No.");
  await expect(page.locator(".answer .code").last()).toContainText("operations: [Write]");
});

test("who may read a topic is asked from the topic", async ({ page }) => {
  await page.goto(`${cluster}/topics/task-created`);
  await page.getByRole("link", { name: "Who may read or write it" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Who may");
  const row = (name: string) => page.locator(rows, { has: page.getByRole("link", { name: `User:${name}`, exact: true }) });
  await expect(row("task-worker").locator(".badge")).toHaveText("Yes");
  await expect(row("task-api").locator(".badge")).toHaveText("No");
  await row("task-worker").getByRole("link").click();
  await expect(page.locator(".answer")).toContainText("Yes.");
});

test("rules and quotas are lists of their own", async ({ page }) => {
  await page.goto(`${cluster}/acls?q=${encodeURIComponent("principal:task-worker type:group")}`);
  await expect(page.locator(rows).first()).toContainText("User:task-worker");
  const tabs = page.getByRole("navigation", { name: "Users and ACLs" });
  await tabs.getByRole("link", { name: "Quotas" }).click();
  await expect(page.locator(rows, { hasText: "task-api" })).toContainText("1.00 MiB/s");
});

test("a first cluster's faults are named with their correction", async ({ page }) => {
  await page.goto(`${sandbox}/users/task-api`);
  const findings = page.locator(".findings .note");
  await expect(findings.filter({ hasText: "Simple authorization ACL rules are configured but not supported" })).toBeVisible();
  await expect(findings.filter({ hasText: "No listener takes SCRAM-SHA-512" }).locator(".code")).toContainText("type: scram-sha-512");
  await expect(findings.filter({ hasText: "A prefix is taken literally" }).locator(".code")).toContainText("name: task-");
  await page.goto(sandbox);
  const advice = page.locator("#findings li");
  await expect(advice.filter({ hasText: "Every record is lost when the pod restarts" })).toBeVisible();
  await expect(advice.filter({ hasText: "Listener plain: no TLS, no sign-in" })).toBeVisible();
  await expect(advice.filter({ hasText: "KafkaUser task-api" }).first()).toBeVisible();
});

test.describe("as bob", () => {
  test.use({ who: "bob" });

  test("who may not see users gets the right to ask for", async ({ page, tolerate }) => {
    tolerate(/403/);
    await page.goto(users);
    await expect(page.locator("main")).toContainText("You may not list users");
    await expect(page.locator("main .code").first()).toContainText('resources: ["users"]');
  });
});
