// Measurements, not tests: `make bench` builds the console for release and runs them one after the other.

import base from "./playwright.config";
import { defineConfig } from "@playwright/test";

export default defineConfig({
  ...base,
  testDir: "bench",
  testMatch: /\.bench\.ts$/,
  outputDir: "../target/e2e/bench",
  reporter: [["./support/reporter.ts"]],
  workers: 1,
  timeout: 180_000,
  projects: [{ name: "bench", use: { viewport: { width: 1440, height: 900 } } }],
});
