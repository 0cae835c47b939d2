// What the measuring scripts share: questions to the running console, their times, its memory.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";

export const note = (text) => console.log(`== ${text}`);

/** The bed of this clone, as it says itself. */
export const bed = () => JSON.parse(readFileSync("target/testbed/state.json", "utf8"));

const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

/** The console of the demo, as alice asks it. */
export function running({ console: { url, healthUrl }, identities }) {
  const ask = (path) => fetch(url + path, { headers: { authorization: `Bearer ${identities.alice.token}` } });
  const pid = spawnSync("pgrep", ["-f", `penstock serve.*${new URL(url).port}`]).stdout.toString().trim().split("\n")[0];
  return {
    ask,
    /** Milliseconds and bytes of an address, after some that are not counted. */
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
      return { p50: percentile(times, 0.5), p99: percentile(times, 0.99), bytes };
    },
    residentMiB: () => (pid ? Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024 : undefined),
    metrics: async () => (await fetch(`${healthUrl}/metrics`)).text(),
  };
}
