// Searching while others work: how soon a closed search stops, and what pages take while searches run.

import { expect, test } from "@playwright/test";
import { setTimeout as pause } from "node:timers/promises";
import { Site, load, quantile, say, until } from "./support/console";
import { Stream } from "./support/stream";

const searches = "/api/v1/clusters/-/bench/searches";
const topic = "load-search";
/** Finds nothing, and takes its time: no literal to look for first. */
const slow = { topics: [topic], q: 'value ~= "[a-z]{3}[0-9]{9}[a-z]{3}"', order: "oldest" };
let site: Site;
let records = 0;

test.beforeAll(async () => {
  test.setTimeout(300_000);
  site = await Site.start();
  await site.emptyTopic(topic, 12);
  records = (await load({ topic, partitions: 12, rate: 1_000_000, seconds: 40, compression: "lz4" })).delivered;
});
test.afterAll(() => site?.stop());

test("a closed search stops", async () => {
  const stops: number[] = [];
  for (let round = 0; round < 10; round += 1) {
    const stream = await Stream.open(site.url + searches, slow);
    await stream.next("progress");
    expect(stream.counts.ended, "it is still at it when it is closed").toBeUndefined();
    // Sampled from here on: processor time of the console, and bytes on its connections to brokers.
    stream.close();
    const began = performance.now();
    let [last, before] = [0, site.cpu()];
    while (performance.now() - began < 1_000) {
      await pause(20);
      const now = site.cpu();
      // A tick is 10 ms; the polls of the inventory take one now and then.
      if (now - before > 10) last = performance.now() - began;
      before = now;
    }
    stops.push(last);
    await until("the reading's place is given back", async () => (await site.metric("penstock_readings")) === 0);
  }
  say("records searched", `${records}`);
  say("after closing, the processor is still used for", `${quantile(stops, 0.5).toFixed(0)} ms (median of 10; worst ${Math.max(...stops).toFixed(0)} ms)`);
  expect(quantile(stops, 0.5), "work stops within 200 ms").toBeLessThanOrEqual(200);
});

test("pages while two searches run", async () => {
  const page = async () => {
    const began = performance.now();
    const answer = await fetch(`${site.url}/clusters/-/bench/topics`);
    const text = await answer.text();
    expect(answer.status).toBe(200);
    expect(text).toContain(topic);
    return performance.now() - began;
  };
  const pages = async () => {
    const figures: number[] = [];
    for (let round = 0; round < 100; round += 1) {
      figures.push(await page());
      await pause(20);
    }
    return figures;
  };
  const idle = await pages();
  let stopped = false;
  let finished = 0;
  const search = async () => {
    while (!stopped) {
      const stream = await Stream.open(site.url + searches, slow);
      const end = stream.next("end").then(() => (finished += 1));
      await Promise.race([end, until("the pages are measured", () => stopped, 280_000)]);
      stream.close();
    }
  };
  const both = [search(), search()];
  const busy = await pages();
  stopped = true;
  await Promise.all(both);
  const figure = (figures: number[]) => `p50 ${quantile(figures, 0.5).toFixed(1)} ms, p99 ${quantile(figures, 0.99).toFixed(1)} ms`;
  say("topics page, nothing else running", figure(idle));
  say("topics page, two searches running", figure(busy));
  say("searches that came to their end meanwhile", `${finished}`);
});
