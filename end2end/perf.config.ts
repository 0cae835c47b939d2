// Workloads, not tests: how the console holds up while records pour in and while searches run. `scripts/bench reading` builds
// the console for release, starts brokers of its own (`testbed brokers`) and runs these one after the other.

import { defineConfig } from "@playwright/test";
import { chromium } from "./support/chromium";

export default defineConfig({
  testDir: "perf",
  testMatch: /\.perf\.ts$/,
  outputDir: "../target/e2e/perf",
  reporter: [["./support/reporter.ts"]],
  retries: 0,
  workers: 1,
  timeout: 300_000,
  use: { launchOptions: chromium(), locale: "en-GB", timezoneId: "Europe/Vienna", viewport: { width: 1440, height: 900 } },
});
