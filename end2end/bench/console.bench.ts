// What a person waits for and what a machine pays: start to first page, memory at rest, bytes of a first visit, and how long
// after the API server has taken a change an open page shows it. Figures go to the terminal; only a missing one fails.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { patch, read } from "../support/bed";
import { expect, hydrated, state, test } from "../support/test";

const cluster = "/clusters/kafka/task-events";
const say = (what: string, figure: string) => console.log(`  ${what.padEnd(52)} ${figure}`);

const sorted = (figures: number[]) => [...figures].sort((a, b) => a - b);
const median = (figures: number[]) => sorted(figures)[Math.floor(figures.length / 2)];
const percentile = (figures: number[], share: number) => sorted(figures)[Math.min(figures.length - 1, Math.floor(figures.length * share))];
const worst = (figures: number[]) => Math.max(...figures);

/** A port that was free a moment ago. */
const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port"))));
    });
  });

/** A console of the release build beside the demo's, with settings of its own. */
async function started(...options: string[]) {
  const program = process.env.BENCH_CONSOLE;
  expect(program, "BENCH_CONSOLE names the console's program; `make bench` sets it").toBeTruthy();
  const [port, health] = [await freePort(), await freePort()];
  const begin = performance.now();
  const child = spawn(
    program!,
    ["serve", "--kubeconfig", state().kubernetes.consoleKubeconfig, "--listen", `127.0.0.1:${port}`, "--health-listen", `127.0.0.1:${health}`, ...options],
    { stdio: "ignore" },
  );
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const url = `http://127.0.0.1:${port}`;
  const headers = { authorization: `Bearer ${state().identities.alice.token}` };
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  for (let shown = false; !shown; ) {
    if (performance.now() - begin > 60_000) {
      await stop();
      throw new Error("no page within a minute");
    }
    const answer = await fetch(url + cluster, { headers, signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
    shown = answer?.status === 200 && (await answer.text()).includes("task-events");
    if (!shown) await pause(5);
  }
  const residentMiB = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) / 1024;
  return { url, headers, stop, residentMiB, firstPage: performance.now() - begin };
}

test("start to first page", async () => {
  const starts: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const console = await started();
    starts.push(console.firstPage);
    await console.stop();
  }
  say("start to the first page with the cluster on it", `${median(starts).toFixed(0)} ms (worst of 5: ${worst(starts).toFixed(0)} ms)`);
});

test("memory at rest, and under eight clients", async () => {
  // BENCH_REST=30 for a quick look; the figure that counts is after ten minutes.
  const rest = Number(process.env.BENCH_REST ?? 600);
  test.setTimeout((rest + 180) * 1000);
  const console = await started();
  try {
    await pause(rest * 1000);
    say(`resident memory after ${rest} s at rest, two clusters`, `${console.residentMiB().toFixed(1)} MiB`);
    let most = 0;
    const client = async () => {
      for (let round = 0; round < 100; round += 1) {
        const answer = await fetch(`${console.url}${cluster}/topics`, { headers: console.headers });
        expect(answer.status).toBe(200);
        await answer.arrayBuffer();
        most = Math.max(most, console.residentMiB());
      }
    };
    await Promise.all(Array.from({ length: 8 }, client));
    say("the most under eight clients on the topics page", `${most.toFixed(1)} MiB`);
  } finally {
    await console.stop();
  }
});

test("bytes of a first visit", async ({ page }) => {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  const bytes = new Map<string, number>();
  const kinds = new Map<string, string>();
  session.on("Network.responseReceived", ({ requestId, type }) => kinds.set(requestId, type));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const kind = kinds.get(requestId) ?? "Other";
    bytes.set(kind, (bytes.get(kind) ?? 0) + encodedDataLength);
  });
  await page.goto(cluster, { waitUntil: "networkidle" }).catch(() => undefined); // its event stream never rests
  await hydrated(page);
  const all = [...bytes.values()].reduce((sum, part) => sum + part, 0);
  const parts = [...bytes].map(([kind, part]) => `${kind.toLowerCase()} ${(part / 1024).toFixed(0)}`).join(", ");
  say("bytes of a first visit, compressed, with headers", `${(all / 1024).toFixed(0)} KiB (${parts})`);
});

const topic = "task-created";
const resource = async () => {
  for (const version of ["v1", "v1beta2"]) {
    const path = `/apis/kafka.strimzi.io/${version}/namespaces/kafka/kafkatopics/${topic}`;
    if (await read(path).then(() => true, () => false)) return path;
  }
  throw new Error(`the bed has no KafkaTopic ${topic}`);
};

/** From the API server's answer to a patch until `shows` holds in the page, as the page's own observer sees it. */
async function delays(page: import("@playwright/test").Page, path: string, shows: (value: number) => string) {
  const before = (await read(path)).spec.config ?? {};
  const figures: number[] = [];
  try {
    for (let round = 0; round < 100; round += 1) {
      const value = 3_600_000 * (1000 + round);
      const seen = page.evaluate(
        (text) =>
          new Promise<number>((resolve) => {
            const look = () => {
              if (!document.querySelector("main")?.textContent?.includes(text)) return;
              observer.disconnect();
              resolve(Date.now());
            };
            const observer = new MutationObserver(look);
            observer.observe(document.body, { subtree: true, childList: true, characterData: true });
            look();
          }),
        shows(value),
      );
      await patch(path, { spec: { config: { "retention.ms": value } } });
      const acknowledged = Date.now();
      figures.push(Math.max(0, (await seen) - acknowledged));
    }
  } finally {
    await patch(path, { spec: { config: { "retention.ms": before["retention.ms"] ?? null } } });
  }
  return figures;
}

test.describe(() => {
  // Cookies know no ports: the demo's session would go to this console too.
  test.use({ who: null });
  for (const streams of [0, 50]) {
    test(`a patch reaches the open topic page beside ${streams} event streams`, async ({ page, context }) => {
      const path = await resource();
      const console = await started("--set", "limits.streams_per_user=100");
      const closing = new AbortController();
      try {
        for (let number = 0; number < streams; number += 1) {
          const answer = await fetch(`${console.url}/events`, { headers: console.headers, signal: closing.signal });
          expect(answer.status).toBe(200);
          void answer.body?.pipeTo(new WritableStream()).catch(() => undefined);
        }
        await context.setExtraHTTPHeaders(console.headers);
        await page.goto(`${console.url}${cluster}/topics/${topic}?tab=resource`);
        await hydrated(page);
        const figures = await delays(page, path, (value) => String(value));
        say(
          `patch of a KafkaTopic to its open page, ${streams} streams beside`,
          `${median(figures)} ms (median of ${figures.length}; p99 ${percentile(figures, 0.99)} ms, worst ${worst(figures)} ms)`,
        );
      } finally {
        closing.abort();
        await console.stop();
      }
    });
  }
});

test("from a click to rows", async ({ page }) => {
  const rows = () => page.locator("main tbody tr").first().waitFor();
  const [cold, warm]: [number[], number[]] = [[], []];
  for (let round = 0; round < 10; round += 1) {
    const begin = performance.now();
    await page.goto(`${cluster}/topics`, { waitUntil: "commit" });
    await rows();
    cold.push(performance.now() - begin);
    await page.goto(cluster);
    await hydrated(page);
    // The page's own clock: from the click's event to the first row in the document.
    const took = page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let clicked = 0;
          document.addEventListener("click", () => (clicked = performance.now()), { capture: true, once: true });
          new MutationObserver((_, observer) => {
            if (!location.pathname.endsWith("/topics") || !document.querySelector("main tbody tr")) return;
            observer.disconnect();
            resolve(performance.now() - clicked);
          }).observe(document.body, { subtree: true, childList: true });
        }),
    );
    await page.getByRole("navigation").getByRole("link", { name: "Topics" }).first().click();
    warm.push(await took);
  }
  say("topics page asked for to its rows (document)", `${median(cold).toFixed(0)} ms (worst of 10: ${worst(cold).toFixed(0)} ms)`);
  say("click on Topics to its rows (in the page)", `${median(warm).toFixed(0)} ms (worst of 10: ${worst(warm).toFixed(0)} ms)`);
});
