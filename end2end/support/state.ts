// What the running bed says about itself: target/testbed/state.json, in the shape of testbed/src/state.rs. Only what tests
// use is typed here.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A person of the bed. */
export type Who = "alice" | "bob" | "carol";

export interface State {
  console: { url: string; healthUrl: string; signIn: Record<string, string> };
  identities: Record<string, { token: string; groups: string[]; may: string }>;
  kubernetes: { server: string; caFile: string; adminToken: string; consoleKubeconfig: string };
  clusters: { namespace: string; name: string; nodes: { id: number }[] }[];
  faults: { url: string; token: string };
}

const file = process.env.PENSTOCK_STATE ?? join(dirname(__filename), "../../target/testbed/state.json");
let read: State | undefined;

/** The bed with its console; an error with the remedy when there is none. */
export function state(): State {
  if (read) return read;
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new Error(`no bed runs (${file} is absent): use \`make e2e\`, or \`scripts/bed demo --detach\` before Playwright`);
  }
  const found: State = JSON.parse(text);
  if (!found.console) throw new Error("the bed runs without a console: `scripts/bed demo --detach` starts one");
  read = found;
  return found;
}
