// The `test` of every spec: signed in as `who`, and failed by whatever the browser complains about.

import { test as base, expect, request, type Page } from "@playwright/test";
import { state, type Who } from "./state";

export { expect };
export { state };
export type { Who };

interface Options {
  /** Who is signed in; nobody when null. `test.use({ who: "bob" })`. */
  who: Who | null;
}

interface Fixtures {
  /** Complaints of the browser that this test provokes on purpose. */
  tolerate: (pattern: RegExp) => void;
  /** What is tolerated so far. */
  tolerated: RegExp[];
}

const sessions = new Map<Who, Promise<Session>>();
type Session = Awaited<ReturnType<typeof signIn>>;

export const test = base.extend<Options & Fixtures>({
  who: ["alice", { option: true }],
  storageState: async ({ who }, use) => {
    if (who === null) return use(undefined);
    // Once per person and worker: a session holds for hours.
    let session = sessions.get(who);
    if (!session) sessions.set(who, (session = signIn(who)));
    await use(await session);
  },
  tolerated: async ({}, use) => use([]),
  tolerate: async ({ tolerated }, use) => use((pattern) => void tolerated.push(pattern)),
  page: async ({ page, tolerated, javaScriptEnabled }, use) => {
    const complaints = listen(page, javaScriptEnabled !== false);
    await use(page);
    const left = complaints.filter((complaint) => !tolerated.some((pattern) => pattern.test(complaint)));
    expect(left, "the browser complains about nothing").toEqual([]);
  },
});

/** A session from the sign-in form's own address. */
async function signIn(who: Who) {
  const { console: site, identities } = state();
  const client = await request.newContext({ baseURL: site.url });
  const answer = await client.post("/auth/sign-in", { form: { token: identities[who].token, next: "/" }, maxRedirects: 0 });
  const location = answer.headers()["location"] ?? "";
  if (answer.status() !== 303 || location !== "/") throw new Error(`${who} can't sign in: ${answer.status()} to ${location}`);
  const session = await client.storageState();
  await client.dispose();
  return session;
}

/** Signs in as a person does: opens the page, pastes the token, presses the button. */
export async function signInByForm(page: Page, who: Who, next = "/") {
  await page.goto(next === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(next)}`);
  await page.getByLabel("Token").fill(state().identities[who].token);
  await page.getByRole("button", { name: "Sign in with the token" }).click();
  await page.waitForURL((url) => url.pathname + url.search === next);
}

/** Waits until the browser's part has taken over the page and changes arrive. */
export async function hydrated(page: Page) {
  await expect(page.locator(".topbar .live")).toHaveText("Live");
}

/** Collects errors, hydration warnings, violations of the content security policy, failed requests and answers from 500 on. */
function listen(page: Page, scripts: boolean): string[] {
  const complaints: string[] = [];
  const own = state().console.url;
  page.on("console", (message) => {
    const text = message.text();
    if (message.type() === "error" || /hydrat|Content Security Policy|panicked/i.test(text)) {
      complaints.push(`console ${message.type()}: ${text} (${message.location().url})`);
    }
  });
  page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
  page.on("response", (response) => {
    if (response.status() >= 500) complaints.push(`${response.status()}: ${response.url()}`);
  });
  page.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText ?? "";
    // Leaving a page ends its stream and whatever it was still fetching.
    if (request.url().startsWith(own) && reason === "net::ERR_ABORTED") return;
    // Where scripts are off, Chromium refuses their files with the word it has for a policy. A true violation is on the console.
    if (!scripts && reason === "csp") return;
    complaints.push(`${reason}: ${request.url()}`);
  });
  return complaints;
}
