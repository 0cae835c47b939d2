// One line for each test that did not pass, with its cause, and a last line "N passed, N failed" that scripts add up.
// A test that passes only the second time is told with what it found the first time; more than a few of them fail the run.

import type { FullResult, Reporter, Suite, TestCase, TestError, TestResult } from "@playwright/test/reporter";

/** How many tests of a run may need a second go: on a busy machine one in a thousand does; more is a fault that is not chance. */
const SECOND_GOES = 2;

export default class Compact implements Reporter {
  private passed = 0;
  private failed = 0;
  private skipped = 0;
  /** Said once more at the end, where a log that was cut off still has them. */
  private readonly failures: string[] = [];
  /** What a test found the first time, until its second go tells which of the two lists it belongs to. */
  private readonly first = new Map<string, string[]>();
  private readonly unsteady: string[][] = [];

  onBegin(_: unknown, suite: Suite) {
    this.say(`${suite.allTests().length} tests`);
  }

  /** What a measurement prints. */
  onStdOut(chunk: string | Buffer) {
    process.stdout.write(chunk);
  }

  onTestEnd(test: TestCase, result: TestResult) {
    const title = test.titlePath().filter(Boolean).join(" › ");
    const told = (word: string) => this.say(`${word} ${(result.duration / 1000).toFixed(1).padStart(5)} s  ${title}`);
    if (result.status === "skipped") {
      this.skipped += 1;
      return;
    }
    if (result.status === test.expectedStatus) {
      this.passed += 1;
      told("ok  ");
      const found = this.first.get(test.id);
      if (found) this.unsteady.push(found);
      this.first.delete(test.id);
      return;
    }
    const again = result.retry < test.retries && result.status !== "interrupted";
    told(again ? "AGAIN" : "FAIL");
    const found = [title, ...result.errors.flatMap((error) => this.cause(error))];
    for (const { name, path } of result.attachments) if (path) this.say(`     ${name}: ${path}`);
    if (again) {
      this.first.set(test.id, found);
    } else {
      this.first.delete(test.id);
      this.failed += 1;
      this.failures.push(...found);
    }
  }

  /** Something outside of any test: a configuration that does not load, a spec with a mistake. */
  onError(error: TestError) {
    this.failed += 1;
    this.failures.push(...this.cause(error));
  }

  onEnd(result: FullResult) {
    if (this.unsteady.length > SECOND_GOES) {
      this.failed += this.unsteady.length;
      this.passed -= this.unsteady.length;
    }
    // Playwright ran out of time, or was interrupted: that is no success, whatever passed until then.
    if (result.status !== "passed" && this.failed === 0) this.failed = 1;
    for (const line of this.unsteady.flat()) this.say(`UNSTEADY ${line}`);
    if (this.unsteady.length > 0) this.say(`${this.unsteady.length} passed the second time, of ${SECOND_GOES} that may`);
    for (const line of this.failures) this.say(`FAILED ${line}`);
    if (this.skipped > 0) this.say(`${this.skipped} skipped`);
    this.say(`${this.passed} passed, ${this.failed} failed`);
    return this.failed > 0 ? { status: "failed" as const } : undefined;
  }

  printsToStdio() {
    return true;
  }

  private cause(error: TestError): string[] {
    const text = (error.message ?? String(error.value ?? "")).replace(/\u001b\[[0-9;]*m/g, "");
    const place = error.location ? `${error.location.file}:${error.location.line}` : "";
    const lines = [...text.split("\n").slice(0, 20), place].filter((line) => line.trim()).map((line) => `     ${line}`);
    for (const line of lines) this.say(line);
    return lines;
  }

  private say(line: string) {
    process.stdout.write(`${line}\n`);
  }
}
