# shellcheck shell=bash
# Tailwind, wasm-opt, esbuild and Playwright, as package-lock.json has them, into the clone.

stamp=node_modules/.penstock
want() { sha256sum package.json package-lock.json; }
check() { [ -f "$stamp" ] && [ "$(want)" = "$(cat "$stamp")" ]; }

install() {
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci
  want >"$stamp"
}

remedy() { printf 'Node.js 20 or newer and a reachable npm registry are needed'; }
