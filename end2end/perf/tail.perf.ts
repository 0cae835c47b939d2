// Following a topic while records pour in: what many readers cost, and that a slow one costs only itself.

import { expect, test, type Page } from "@playwright/test";
import { setTimeout as pause } from "node:timers/promises";
import { Received, Site, load, mib, say, until } from "./support/console";
import { Stream, type Counts } from "./support/stream";

const tails = "/api/v1/clusters/-/bench/tails";
let site: Site;

test.beforeAll(async () => {
  site = await Site.start("[limits]\nreadings = 200\nreadings_per_user = 200");
});
test.afterAll(() => site?.stop());

/** Whether a reader was told of every record of a topic, once, as delivered or as dropped. */
function accounted(counts: Counts, sent: number) {
  expect(counts.disordered, "no offset comes twice").toBe(false);
  for (const { from, to, count } of counts.partitions.values()) expect(count, "nothing is missing in between").toBe(to - from);
  expect(counts.delivered + counts.dropped, "delivered + dropped = produced").toBe(sent);
}

const settled = (stream: Stream, sent: number) =>
  until("every record is accounted for", () => stream.counts.delivered + stream.counts.dropped >= sent, 60_000);

/** Counts frames and long tasks in the page; `begin` starts anew, `end` answers. */
async function watchFrames(page: Page) {
  await page.evaluate(() => {
    const seen = { began: 0, frames: 0, late: 0, worst: 0, last: 0, tasks: [] as number[] };
    (window as any).seen = seen;
    new PerformanceObserver((list) => {
      for (const task of list.getEntries()) seen.tasks.push(task.duration);
    }).observe({ type: "longtask" });
    const frame = (now: number) => {
      seen.frames += 1;
      const gap = now - seen.last;
      seen.last = now;
      if (gap > 50) seen.late += 1;
      seen.worst = Math.max(seen.worst, gap);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame((now) => {
      seen.last = now;
      frame(now);
    });
  });
  return {
    begin: () =>
      page.evaluate(() => {
        const seen = (window as any).seen;
        Object.assign(seen, { began: performance.now(), frames: 0, late: 0, worst: 0, tasks: [] });
      }),
    end: () =>
      page.evaluate(() => {
        const { began, frames, late, worst, tasks } = (window as any).seen;
        const seconds = (performance.now() - began) / 1000;
        return { perSecond: frames / seconds, late, worst, tasks: tasks.length, longest: Math.max(0, ...tasks), busy: tasks.reduce((sum: number, one: number) => sum + one, 0) / 1000 / seconds };
      }),
  };
}

/** Records that the page says it was told of: shown, held and left out. */
async function toldByPage(page: Page) {
  const number = (text: string | null | undefined) => Number((text ?? "0").replace(/[^0-9]/g, ""));
  return page.evaluate(
    (topic) => {
      const side = document.querySelector(".tail-side");
      const row = [...(side?.querySelectorAll("section:first-of-type tbody tr") ?? [])].find((row) => row.textContent?.includes(topic));
      const [, , shown, held] = [...(row?.querySelectorAll("td") ?? [])].map((cell) => cell.textContent);
      const left = [...(side?.querySelectorAll(".sec-head") ?? [])].find((head) => head.textContent?.startsWith("Left out"));
      return { shown, held, left: left?.querySelector(".age")?.textContent?.split(" of ")[0] };
    },
    "load-browser",
  ).then(({ shown, held, left }) => ({ shown: number(shown), held: number(held), left: number(left) }));
}

test("a page that follows 50,000 records a second", async ({ browser }) => {
  const [topic, rate, seconds, warm] = ["load-browser", 50_000, 25, 4];
  await site.emptyTopic(topic);
  const page = await browser.newPage();
  await page.goto(`${site.url}/clusters/-/bench/messages?topic=${topic}&mode=tail`);
  await expect(page.locator(".tailbar [role=status]")).toHaveText("Following");
  const frames = await watchFrames(page);
  await frames.begin();
  await pause(3_000);
  const still = await frames.end();
  const sending = load({ topic, rate, size: 300, seconds });
  await pause(warm * 1_000);
  await frames.begin();
  await pause((seconds - warm - 2) * 1_000);
  const busy = await frames.end();
  const sent = await sending;
  const told = await until(
    "the page was told of every record",
    async () => {
      const { shown, held, left } = await toldByPage(page);
      return shown + held + left >= sent.delivered && { shown, held, left };
    },
    60_000,
  );
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const metrics = new Map((await session.send("Performance.getMetrics")).metrics.map(({ name, value }) => [name, value]));
  await page.close();
  say("produced", `${Math.round(sent.delivered / sent.seconds)} records/s of 300 bytes for ${sent.seconds.toFixed(1)} s, ${sent.delivered} records`);
  say("frames a second before, while they come", `${still.perSecond.toFixed(1)}, ${busy.perSecond.toFixed(1)}`);
  say("frames later than 50 ms, the latest", `${busy.late}, ${busy.worst.toFixed(0)} ms`);
  say("long tasks, the longest, their share of the time", `${busy.tasks}, ${busy.longest.toFixed(0)} ms, ${(busy.busy * 100).toFixed(1)} %`);
  say("shown, held, left out", `${told.shown}, ${told.held}, ${told.left}`);
  say("nodes of the page, its JavaScript heap", `${metrics.get("Nodes")}, ${mib(metrics.get("JSHeapUsedSize") ?? 0)}`);
  expect(told.shown + told.held + told.left, "delivered + dropped = produced").toBe(sent.delivered);
});

test("a hundred readers of 20 MB a second", async () => {
  const [topic, size, rate, seconds, readers, looked] = ["load-many", 1000, 20_000, 20, 100, 5];
  await site.emptyTopic(topic);
  await pause(3_000); // start-up is over
  const idle = site.resident();
  site.forgetPeak();
  const [received, cpu] = [new Received(site), site.cpu()];
  const streams = await Promise.all(Array.from({ length: readers }, (_, number) => Stream.open(site.url + tails, { topics: [topic] }, number < looked)));
  const sent = await load({ topic, rate, size, seconds });
  for (const stream of streams.slice(0, looked)) await settled(stream, sent.delivered);
  const [peak, fetched, spent] = [site.resident(true), received.end(), site.cpu() - cpu];
  for (const stream of streams) stream.close();
  for (const stream of streams.slice(0, looked)) accounted(stream.counts, sent.delivered);
  const shares = streams.slice(0, looked).map(({ counts }) => counts.delivered / sent.delivered);
  say("produced", `${(sent.bytes / sent.seconds / 1e6).toFixed(1)} MB/s for ${sent.seconds.toFixed(1)} s, ${sent.delivered} records`);
  say(`memory at most over idle (${mib(idle)}), ${readers} readers`, mib(peak - idle));
  say("bytes from brokers by bytes of values produced", (fetched / sent.bytes).toFixed(2));
  say("processor time of the console", `${(spent / 1000).toFixed(1)} s`);
  say("share delivered to readers, the rest told as dropped", shares.map((share) => `${(share * 100).toFixed(0)} %`).join(" "));
  say("bytes to all readers", `${(streams.reduce((sum, { counts }) => sum + counts.bytes, 0) / sent.seconds / 1e6).toFixed(0)} MB/s`);
  expect(peak - idle, "memory stays within 100 MB over idle").toBeLessThanOrEqual(100e6);
  expect(fetched / sent.bytes, "each record is fetched once").toBeLessThanOrEqual(1.2);
});

test("a hundred readers of 20 MB a second with a filter that lets one in a thousand pass", async () => {
  const [topic, size, rate, seconds, readers] = ["load-filtered", 1000, 20_000, 20, 100];
  await site.emptyTopic(topic);
  const idle = site.resident();
  site.forgetPeak();
  const [received, cpu] = [new Received(site), site.cpu()];
  const reading = { topics: [topic], q: 'value ~= "number.:[0-9]*000,"' };
  const streams = await Promise.all(Array.from({ length: readers }, () => Stream.open(site.url + tails, reading)));
  const sent = await load({ topic, rate, size, seconds });
  const arrived = (stream: Stream) => [...stream.counts.positions.values()].reduce((sum, next) => sum + next, 0);
  await until("every reader has seen everything", () => streams.every((stream) => arrived(stream) === sent.delivered), 60_000);
  const [peak, fetched, spent] = [site.resident(true), received.end(), site.cpu() - cpu];
  for (const stream of streams) stream.close();
  // The first record's number is 0.
  const matches = Math.ceil(sent.delivered / 1000) - 1;
  const complete = streams.filter(({ counts }) => counts.dropped === 0);
  for (const { counts } of complete) expect(counts.delivered, "every match").toBe(matches);
  say(`memory at most over idle, ${readers} readers`, mib(peak - idle));
  say("bytes from brokers by bytes of values produced", (fetched / sent.bytes).toFixed(2));
  say("processor time of the console", `${(spent / 1000).toFixed(1)} s`);
  say("readers to whom nothing was dropped", `${complete.length} of ${readers}`);
  expect(peak - idle, "memory stays within 100 MB over idle").toBeLessThanOrEqual(100e6);
  expect(fetched / sent.bytes, "each record is fetched once").toBeLessThanOrEqual(1.2);
});

test("a reader that stops reading costs nobody else", async () => {
  const [topic, rate, seconds] = ["load-slow", 5_000, 20];
  await site.emptyTopic(topic);
  const open = () => Stream.open(site.url + tails, { topics: [topic] });
  const [slow, ...others] = await Promise.all([open(), open(), open(), open()]);
  const sending = load({ topic, rate, size: 1000, seconds });
  await until("records come", () => slow.counts.delivered > 0);
  slow.hold();
  const sent = await sending;
  for (const stream of others) await settled(stream, sent.delivered);
  const atRest = slow.counts.delivered;
  for (const { counts } of others) {
    accounted(counts, sent.delivered);
    expect(counts.dropped, "nothing is dropped for those who read").toBe(0);
  }
  slow.go();
  await settled(slow, sent.delivered);
  accounted(slow.counts, sent.delivered);
  for (const stream of [slow, ...others]) stream.close();
  say("delivered to three who read", `${others.map(({ counts }) => counts.delivered).join(", ")} of ${sent.delivered}`);
  say("the one who stopped", `${atRest} before, ${slow.counts.delivered - atRest} after, ${slow.counts.dropped} dropped and told`);
  expect(slow.counts.dropped, "it was too slow for some").toBeGreaterThan(0);
});

