// The browser: the system's Chromium, as `make setup` leaves it, or the one that CHROMIUM names. Nothing is downloaded.

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Launch options of every test. */
export function chromium() {
  return {
    executablePath: program(),
    args: [
      // Root may not use the sandbox; pages here are our own.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      // Otherwise it looks for the outside world at each start, and on a closed network waits for it.
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  };
}

function program(): string {
  const named = process.env.CHROMIUM;
  if (named) return named;
  const folders = (process.env.PATH ?? "").split(delimiter);
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
    if (found) return found;
  }
  throw new Error("no Chromium was found: run `make setup`, or let CHROMIUM name its program");
}
