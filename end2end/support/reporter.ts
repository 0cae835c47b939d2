// One line for each test that did not pass, with its cause, and a last line "N passed, N failed" that scripts add up.

import type { FullResult, Reporter, Suite, TestCase, TestError, TestResult } from "@playwright/test/reporter";

export default class Compact implements Reporter {
  private passed = 0;
  private failed = 0;
  private skipped = 0;

  onBegin(_: unknown, suite: Suite) {
    this.say(`${suite.allTests().length} tests`);
  }

  /** What a measurement prints. */
  onStdOut(chunk: string | Buffer) {
    process.stdout.write(chunk);
  }

  onTestEnd(test: TestCase, result: TestResult) {
    const title = test.titlePath().filter(Boolean).join(" › ");
    if (result.status === "skipped") {
      this.skipped += 1;
    } else if (test.ok() && test.outcome() === "expected") {
      this.passed += 1;
      this.say(`ok   ${(result.duration / 1000).toFixed(1).padStart(5)} s  ${title}`);
    } else {
      this.failed += 1;
      this.say(`FAIL ${(result.duration / 1000).toFixed(1).padStart(5)} s  ${title}`);
      for (const error of result.errors) this.cause(error);
      for (const { name, path } of result.attachments) if (path) this.say(`     ${name}: ${path}`);
    }
  }

  /** Something outside of any test: a configuration that does not load, a spec with a mistake. */
  onError(error: TestError) {
    this.failed += 1;
    this.cause(error);
  }

  onEnd(result: FullResult) {
    // Playwright ran out of time, or was interrupted: that is no success, whatever passed until then.
    if (result.status !== "passed" && this.failed === 0) this.failed = 1;
    if (this.skipped > 0) this.say(`${this.skipped} skipped`);
    this.say(`${this.passed} passed, ${this.failed} failed`);
  }

  printsToStdio() {
    return true;
  }

  private cause(error: TestError) {
    const text = (error.message ?? String(error.value ?? "")).replace(/\u001b\[[0-9;]*m/g, "");
    const place = error.location ? `${error.location.file}:${error.location.line}` : "";
    for (const line of [...text.split("\n").slice(0, 20), place]) if (line.trim()) this.say(`     ${line}`);
  }

  private say(line: string) {
    process.stdout.write(`${line}\n`);
  }
}
