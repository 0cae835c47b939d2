// Pictures for the README and the documents, not tests: `scripts/screenshots`.

import base from "./playwright.config";
import { defineConfig } from "@playwright/test";

export default defineConfig({
  ...base,
  testDir: "shots",
  testMatch: /\.shot\.ts$/,
  outputDir: "../target/e2e/shots",
  reporter: [["./support/reporter.ts"]],
  retries: 0,
  projects: [{ name: "shots", use: { viewport: { width: 1440, height: 900 } } }],
});
