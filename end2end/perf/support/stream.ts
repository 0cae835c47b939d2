// A reader of the console's streams, as thin as one can be: the requests of searches and tails, and their server-sent events.

import { request, type IncomingMessage } from "node:http";

/** An event of a stream. */
export interface Told {
  event: string;
  [field: string]: any;
}

/** What a reader counts. */
export interface Counts {
  /** Records that were delivered. */
  delivered: number;
  /** Records that the stream said were dropped. */
  dropped: number;
  /** Bytes of the stream. */
  bytes: number;
  /** Next offset of each partition, by the last progress. */
  positions: Map<number, number>;
  /** The least and the greatest offset delivered or dropped, and how many, by partition: all of them where nothing is missing. */
  partitions: Map<number, { from: number; to: number; count: number }>;
  /** Whether an offset came twice or out of order. */
  disordered: boolean;
  /** Why it ended, if it did. */
  ended?: string;
}

/** An open stream. */
export class Stream {
  readonly counts: Counts = { delivered: 0, dropped: 0, bytes: 0, positions: new Map(), partitions: new Map(), disordered: false };
  /** Settles when the stream is over. */
  readonly over: Promise<void>;
  private rest = "";
  private waiting: { event: string; resolve: (told: Told) => void }[] = [];

  private constructor(
    private readonly answer: IncomingMessage,
    private readonly sent: ReturnType<typeof request>,
    private readonly reads: boolean,
  ) {
    answer.setEncoding("latin1"); // texts here are ASCII, and this is the cheapest
    answer.on("data", (part: string) => this.take(part));
    this.over = new Promise((resolve) => {
      answer.once("close", resolve);
      answer.once("error", () => resolve());
    });
  }

  /** Opens one. `reads`: whether events are looked into, or only counted as bytes. */
  static open(url: string, reading: unknown, reads = true): Promise<Stream> {
    const body = JSON.stringify(reading);
    return new Promise((resolve, reject) => {
      const sent = request(url, {
        method: "POST",
        headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body) },
        agent: false,
      });
      sent.once("error", reject);
      sent.once("response", (answer) => {
        if (answer.statusCode === 200) return resolve(new Stream(answer, sent, reads));
        let text = "";
        answer.on("data", (part) => (text += part));
        answer.on("end", () => reject(new Error(`${url}: ${answer.statusCode} ${text.slice(0, 500)}`)));
      });
      sent.end(body);
    });
  }

  /** The next event of a kind. */
  next(event: string): Promise<Told> {
    return new Promise((resolve) => this.waiting.push({ event, resolve }));
  }

  /** Stops reading without closing: what a browser does whose tab is busy. */
  hold() {
    this.answer.pause();
  }

  /** Goes on. */
  go() {
    this.answer.resume();
  }

  /** Closes it, as a closed tab does. */
  close() {
    this.sent.destroy();
  }

  private take(part: string) {
    this.counts.bytes += part.length;
    if (!this.reads) {
      // The last progress is all that is wanted of it.
      this.rest = (this.rest + part).slice(-65_536);
      return;
    }
    this.rest += part;
    let end: number;
    while ((end = this.rest.indexOf("\n\n")) >= 0) {
      this.event(this.rest.slice(0, end));
      this.rest = this.rest.slice(end + 2);
    }
  }

  /** What the last whole progress said, for a stream that is not read. */
  lastProgress(): Told | undefined {
    const whole = this.rest.slice(0, this.rest.lastIndexOf("\n\n"));
    const at = whole.lastIndexOf("event: progress\ndata: ");
    if (at < 0) return undefined;
    const line = whole.slice(at + "event: progress\ndata: ".length).split("\n", 1)[0];
    return JSON.parse(line);
  }

  private event(text: string) {
    const data = /^data: ?(.*)$/m.exec(text);
    if (!data) return; // a sign of life
    const told: Told = JSON.parse(data[1]);
    const counts = this.counts;
    if (told.event === "records") {
      counts.delivered += told.records.length;
      for (const record of told.records) this.count(record.partition, record.offset, record.offset + 1);
    } else if (told.event === "dropped") {
      counts.dropped += told.count;
      for (const gap of told.gaps) this.count(gap.partition, gap.from, gap.to);
    } else if (told.event === "match") {
      counts.delivered += 1;
    } else if (told.event === "end") {
      counts.ended = told.reason ?? "";
    }
    if (told.positions) for (const position of told.positions) counts.positions.set(position.partition, position.from);
    for (const waiting of this.waiting.filter(({ event }) => event === told.event)) waiting.resolve(told);
    this.waiting = this.waiting.filter(({ event }) => event !== told.event);
  }

  private count(partition: number, from: number, to: number) {
    const seen = this.counts.partitions.get(partition);
    if (!seen) {
      this.counts.partitions.set(partition, { from, to, count: to - from });
      return;
    }
    if (from < seen.to) this.counts.disordered = true;
    seen.to = to;
    seen.count += to - from;
  }
}
