// What the measuring scripts share: questions to the running console, their times, its memory.

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { setPriority } from "node:os";
import { performance } from "node:perf_hooks";

export const note = (text) => console.log(`== ${text}`);

/** The bed of this clone, as it says itself. */
export const bed = () => JSON.parse(readFileSync("target/testbed/state.json", "utf8"));

const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

/** Lets processes have only what the others leave of the processors, thread by thread: what runs on machines of its own elsewhere. */
export function giveWay(pids) {
  for (const pid of pids) {
    // Where the kernel shares processors out among sessions first, the session counts: the brokers' and this script's own.
    try {
      writeFileSync(`/proc/${pid}/autogroup`, "19");
    } catch {}
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      // A thread may have ended meanwhile.
      try {
        setPriority(Number(thread), 19);
      } catch {}
    }
  }
}

/** The console of the demo, as alice asks it. */
export function running({ console: { url, healthUrl }, identities }) {
  const ask = (path) => fetch(url + path, { headers: { authorization: `Bearer ${identities.alice.token}` } });
  const sent = (path) =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${identities.alice.token}`, "accept-encoding": "br" };
      get(url + path, { headers }, (answer) => {
        let bytes = 0;
        answer.on("data", (part) => (bytes += part.length));
        answer.on("end", () => resolve(bytes));
        answer.on("error", reject);
      }).on("error", reject);
    });
  const pid = spawnSync("pgrep", ["-f", `penstock serve.*${new URL(url).port}`]).stdout.toString().trim().split("\n")[0];
  return {
    ask,
    /** Milliseconds and bytes of an address, after some that are not counted; `sent` are the bytes that go to a browser, compressed. */
    async times(path, { measured = 100, before = 20 } = {}) {
      const times = [];
      let bytes = 0;
      for (let index = 0; index < before + measured; index++) {
        const began = performance.now();
        const answer = await ask(path);
        bytes = (await answer.arrayBuffer()).byteLength;
        if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
        if (index >= before) times.push(performance.now() - began);
      }
      times.sort((one, other) => one - other);
      return { p50: percentile(times, 0.5), p99: percentile(times, 0.99), bytes, sent: await sent(path) };
    },
    residentMiB: () => (pid ? Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024 : undefined),
    metrics: async () => (await fetch(`${healthUrl}/metrics`)).text(),
  };
}
