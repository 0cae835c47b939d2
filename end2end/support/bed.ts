// Changes the bed: faults through its control endpoint, resources through the API server. Whoever breaks something mends it.

import { readFileSync } from "node:fs";
import { request } from "node:https";
import { state } from "./state";

/** What can be done to a process: as `testbed fault` has it. */
export type Act = "stop" | "start" | "restart" | "pause" | "resume" | { kill: { downMs: number | null } };

/** Does something to a process, for example `kafka/task-events/1`; answers when it has happened. */
export const fault = (target: string, act: Act) => control("/fault", { target, act });

/** Ends every fault. */
export const mend = () => control("/clear", {});

async function control(path: string, body: unknown) {
  const { url, token } = state().faults;
  const answer = await fetch(url + path, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(60_000),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
}

/** Merges a patch into a resource as the bed's administrator; `path` as in `/apis/kafka.strimzi.io/v1/namespaces/…`. */
export const patch = (path: string, change: unknown) => kubernetes("PATCH", path, change, "application/merge-patch+json");

/** Reads a resource. */
export const read = (path: string) => kubernetes("GET", path);

function kubernetes(method: string, path: string, body?: unknown, type = "application/json"): Promise<any> {
  const { server, caFile, adminToken } = state().kubernetes;
  return new Promise((resolve, reject) => {
    const sent = request(
      server + path,
      {
        method,
        ca: readFileSync(caFile),
        headers: { authorization: `Bearer ${adminToken}`, "content-type": type, accept: "application/json" },
        timeout: 20_000,
      },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (part) => (text += part));
        answer.on("end", () => {
          if ((answer.statusCode ?? 500) < 300) resolve(JSON.parse(text));
          else reject(new Error(`${method} ${path}: ${answer.statusCode} ${text.slice(0, 300)}`));
        });
      },
    );
    sent.on("timeout", () => sent.destroy(new Error(`${method} ${path}: no answer in 20 s`)));
    sent.on("error", reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
