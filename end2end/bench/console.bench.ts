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

test("start to first page, and memory at rest", async () => {
  const program = process.env.BENCH_CONSOLE;
  expect(program, "BENCH_CONSOLE names the console's program; `make bench` sets it").toBeTruthy();
  const { kubernetes, identities } = state();
  const starts: number[] = [];
  let resident = 0;
  for (let round = 0; round < 5; round += 1) {
    const [port, health] = [await freePort(), await freePort()];
    const begin = performance.now();
    const child = spawn(
      program!,
      ["serve", "--kubeconfig", kubernetes.consoleKubeconfig, "--listen", `127.0.0.1:${port}`, "--health-listen", `127.0.0.1:${health}`],
      { stdio: "ignore" },
    );
    const ended = new Promise((resolve) => child.once("exit", resolve));
    try {
      const page = `http://127.0.0.1:${port}${cluster}`;
      const headers = { authorization: `Bearer ${identities.alice.token}` };
      let shown = false;
      while (!shown) {
        if (performance.now() - begin > 60_000) throw new Error("no page within a minute");
        const answer = await fetch(page, { headers, signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
        shown = answer?.status === 200 && (await answer.text()).includes("task-events");
        if (!shown) await pause(5);
      }
      starts.push(performance.now() - begin);
      if (round === 4) {
        // Every poll has run a few times by then.
        await pause(30_000);
        resident = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]);
      }
    } finally {
      child.kill("SIGTERM");
      await ended;
    }
  }
  say("start to the first page with the cluster on it", `${median(starts).toFixed(0)} ms (worst of 5: ${worst(starts).toFixed(0)} ms)`);
  say("resident memory at rest, two clusters", `${(resident / 1024).toFixed(1)} MiB`);
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
    for (let round = 0; round < 20; round += 1) {
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

test("a patch reaches the open topic page", async ({ page }) => {
  const path = await resource();
  await page.goto(`${cluster}/topics/${topic}?tab=resource`);
  await hydrated(page);
  const figures = await delays(page, path, (value) => String(value));
  say("patch of a KafkaTopic to its open page", `${median(figures)} ms (median of 20; worst ${worst(figures)} ms)`);
});
