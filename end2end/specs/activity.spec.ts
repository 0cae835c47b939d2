// A cluster's activity, with and without JavaScript and on a narrow screen: what somebody changes stands in it, and opens beside the list.

import { expect, hydrated, state, test } from "../support/test";
import { patch } from "../support/bed";

const activity = "/clusters/kafka/task-events/activity";
const topic = `/apis/kafka.strimzi.io/${state().kubernetes.strimzi.apiVersion}/namespaces/kafka/kafkatopics/task-audit`;
const ofTopic = `${activity}?span=1h&lane=resources&q=${encodeURIComponent("object:task-audit field:segment")}`;

/** A value that the topic has not had yet: each run makes a change. */
const another = () => String(600_000 + Math.floor(Math.random() * 1_000_000));

test("a change stands in the list and opens with both values", async ({ page, javaScriptEnabled }) => {
  const value = another();
  await patch(topic, { spec: { config: { "segment.ms": value } } });
  await expect(async () => {
    await page.goto(ofTopic);
    await expect(page.locator("table.events .what a").first()).toContainText("config.segment.ms", { timeout: 1_000 });
  }).toPass();
  await page.locator("table.events .what a").first().click();
  await expect(page).toHaveURL(/event=\d+/);
  if (javaScriptEnabled !== false) await hydrated(page);
  const event = page.getByRole("region", { name: "Event", exact: true });
  await expect(event.locator(".ydiff")).toContainText("spec.config.segment.ms");
  await expect(event).toContainText("Field manager");
  await event.getByRole("link", { name: "Close the event" }).click();
  await expect(page).not.toHaveURL(/event=/);
});

test("lanes and spans are links, and what does not match says so", async ({ page }) => {
  await page.goto(activity);
  await page.getByRole("navigation", { name: "Span" }).getByRole("link", { name: "7 d" }).click();
  await expect(page).toHaveURL(/span=7d/);
  await page.getByRole("navigation", { name: "Lanes" }).getByRole("link", { name: /^Pods/ }).click();
  await expect(page).toHaveURL(/lane=pods&span=7d/);
  await page.goto(`${activity}?q=nothing-of-this-name`);
  await expect(page.getByRole("heading", { name: "Nothing matches" })).toBeVisible();
});
