// Tests in a browser against the console of a running bed; `scripts/e2e` starts both.
//
// A spec runs with JavaScript at 1440 × 900, without JavaScript, and at 390 × 844. What needs the browser's part is called
// *.hydrate.spec.ts and left out where there is none; what breaks the bed is called *.fault.spec.ts and runs alone at the end.

import { defineConfig } from "@playwright/test";
import { chromium } from "./support/chromium";
import { state } from "./support/state";

const faults = /\.fault\.spec\.ts$/;
const hydrated = /\.(hydrate|fault)\.spec\.ts$/;
const desktop = { viewport: { width: 1440, height: 900 } };

export default defineConfig({
  testDir: "specs",
  outputDir: "../target/e2e/results",
  reporter: [["./support/reporter.ts"], ["html", { open: "never", outputFolder: "../target/e2e/report" }]],
  forbidOnly: true,
  // A test that passes only the second time has found something: the reporter says what, and lets few of them pass.
  retries: 1,
  workers: 2,
  timeout: 30_000,
  expect: { timeout: 10_000 },
  use: {
    baseURL: state().console.url,
    launchOptions: chromium(),
    locale: "en-GB",
    timezoneId: "Europe/Vienna",
    actionTimeout: 10_000,
    navigationTimeout: 15_000,
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
  },
  projects: [
    { name: "desktop", use: desktop, testIgnore: faults },
    { name: "no-javascript", use: { ...desktop, javaScriptEnabled: false }, testIgnore: hydrated },
    { name: "mobile", use: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }, testIgnore: hydrated },
    // One at a time: one of them starts the console anew.
    { name: "faults", use: desktop, testMatch: faults, dependencies: ["desktop", "no-javascript", "mobile"], workers: 1 },
  ],
});
