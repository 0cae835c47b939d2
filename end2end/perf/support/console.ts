// A console of its own over the brokers of the measurement: release build, no Kubernetes, signed in locally.

import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const root = join(dirname(__filename), "../../..");
const folder = join(root, "target/bench");

/** What a measurement prints. */
export const say = (what: string, figure: string) => console.log(`  ${what.padEnd(66)} ${figure}`);

export const mib = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

/** The value below which a share of the figures lies. */
export function quantile(figures: number[], share: number) {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** Waits until something holds, looking often. */
export async function until<T>(what: string, look: () => T | undefined | false | Promise<T | undefined | false>, patience = 30_000): Promise<T> {
  const end = performance.now() + patience;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > end) throw new Error(`${what}: not within ${patience / 1000} s`);
    await pause(20);
  }
}

interface Brokers {
  bootstrap: string;
  pids: number[];
}

/** The brokers, as `testbed brokers` says. */
export function brokers(): Brokers {
  const file = process.env.BENCH_BROKERS;
  if (!file) throw new Error("no brokers: `scripts/bench reading` starts them");
  return JSON.parse(readFileSync(file, "utf8"));
}

/** A running console. */
export class Site {
  private constructor(
    readonly url: string,
    readonly health: string,
    private readonly child: ChildProcess,
  ) {}

  /** Starts one, and waits until it knows the brokers' topics. */
  static async start(settings = ""): Promise<Site> {
    const program = process.env.BENCH_CONSOLE;
    if (!program) throw new Error("BENCH_CONSOLE names the console's program; `scripts/bench reading` sets it");
    mkdirSync(folder, { recursive: true });
    const config = join(folder, "penstock.toml");
    const addresses = brokers().bootstrap.split(",").map((address) => JSON.stringify(address));
    writeFileSync(
      config,
      `kubernetes = "none"\nlocal_sign_in = true\n${settings}\n[[clusters]]\nname = "bench"\nbootstrap = [${addresses.join(", ")}]\n`,
    );
    const [port, healthPort] = [await freePort(), await freePort()];
    const log = openSync(join(folder, "console.log"), "w");
    const child = spawn(program, ["serve", "--config", config, "--listen", `127.0.0.1:${port}`, "--health-listen", `127.0.0.1:${healthPort}`], {
      stdio: ["ignore", log, log],
    });
    const site = new Site(`http://127.0.0.1:${port}`, `http://127.0.0.1:${healthPort}`, child);
    await until("the console knows its cluster", async () => {
      if (child.exitCode !== null) throw new Error(`the console ended with ${child.exitCode}; see target/bench/console.log`);
      const answer = await fetch(`${site.url}/api/v1/clusters/-/bench/topics`).catch(() => undefined);
      return answer?.ok === true && (await answer.json()).items !== undefined;
    });
    return site;
  }

  get pid() {
    return this.child.pid!;
  }

  async stop() {
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill("SIGTERM");
    await ended;
  }

  /** Resident memory in bytes; the most since `forgetPeak`, or now. */
  resident(peak = false) {
    const status = readFileSync(`/proc/${this.pid}/status`, "utf8");
    return Number(new RegExp(`${peak ? "VmHWM" : "VmRSS"}:\\s+(\\d+)`).exec(status)![1]) * 1024;
  }

  forgetPeak() {
    writeFileSync(`/proc/${this.pid}/clear_refs`, "5");
  }

  /** Processor time in milliseconds. */
  cpu() {
    const fields = readFileSync(`/proc/${this.pid}/stat`, "utf8").split(") ")[1].split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  /** Bytes that the console's open connections to brokers have received, as the kernel counts them. */
  received() {
    const ports = new Set(brokers().bootstrap.split(",").map((address) => address.split(":")[1]));
    const lines = execFileSync("ss", ["-tinpHO", "state", "established"], { encoding: "utf8" }).split("\n");
    const sums = new Map<string, number>();
    for (const line of lines) {
      if (!line.includes(`pid=${this.pid},`)) continue;
      const [, , local, peer] = line.trim().split(/\s+/);
      const bytes = /bytes_received:(\d+)/.exec(line);
      if (bytes && ports.has(peer.split(":").pop()!)) sums.set(local, Number(bytes[1]));
    }
    return sums;
  }

  /** A figure of the console's own metrics; 0 where it was not counted yet. */
  async metric(name: string) {
    const text = await (await fetch(`${this.health}/metrics`)).text();
    return text
      .split("\n")
      .filter((line) => line.startsWith(name) && /[{ ]/.test(line[name.length]))
      .reduce((sum, line) => sum + Number(line.split(" ").pop()), 0);
  }

  /** Makes an empty topic of that name, and waits until the inventory has it and not the one before, so that a reading finds it. */
  async emptyTopic(topic: string, partitions = 6) {
    const id = async () => {
      const answer = await fetch(`${this.url}/api/v1/clusters/-/bench/topics/${topic}`);
      return answer.ok ? ((await answer.json()).row.id as string) : undefined;
    };
    const before = await id();
    await load({ topic, partitions, seconds: 0, fresh: true });
    await until(`the console knows ${topic}`, async () => {
      const now = await id();
      return now !== undefined && now !== before;
    });
  }
}

/** Adds up what connections received, closed ones included as far as they were seen. */
export class Received {
  private readonly before: Map<string, number>;
  private readonly seen = new Map<string, number>();
  private timer: NodeJS.Timeout;

  constructor(private readonly site: Site) {
    this.before = site.received();
    this.timer = setInterval(() => this.look(), 500);
  }

  private look() {
    for (const [connection, bytes] of this.site.received()) this.seen.set(connection, bytes);
  }

  /** Bytes since the beginning. */
  end() {
    clearInterval(this.timer);
    this.look();
    let sum = 0;
    for (const [connection, bytes] of this.seen) sum += bytes - (this.before.get(connection) ?? 0);
    return sum;
  }
}

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port"))));
    });
  });

/** What `testbed load` says when it is done. */
export interface Sent {
  delivered: number;
  failed: number;
  bytes: number;
  seconds: number;
}

export interface Load {
  topic: string;
  partitions?: number;
  rate?: number;
  size?: number;
  seconds: number;
  compression?: string;
  fresh?: boolean;
}

/** Sends records at a steady rate (`testbed load`). */
export function load({ topic, partitions = 6, rate = 1000, size = 300, seconds, compression = "none", fresh = false }: Load): Promise<Sent> {
  const arguments_ = ["load", "--topic", topic, "--partitions", partitions, "--rate", rate, "--size", size, "--time", `${seconds}s`, "--compression", compression];
  if (fresh) arguments_.push("--fresh");
  return new Promise((resolve, reject) => {
    const child = spawn(join(root, "target/bin/testbed"), arguments_.map(String), { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (part) => (text += part));
    child.once("error", reject);
    child.once("exit", (code) => (code === 0 ? resolve(JSON.parse(text)) : reject(new Error(`testbed load ended with ${code}`))));
  });
}
