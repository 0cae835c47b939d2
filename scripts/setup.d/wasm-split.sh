# shellcheck shell=bash
# Cuts the browser part into what all pages share and what one page needs. Its version goes with Leptos' wasm_split_helpers.

check() { [ -x "$wasm_split_home/bin/wasm-split-cli" ]; }

install() {
  # Out of the clone, whose settings are not its.
  (
    cd "$PENSTOCK_CACHE/build"
    CARGO_TARGET_DIR="$PENSTOCK_CACHE/build/wasm-split" \
      cargo install wasm_split_cli_support --version "=$wasm_split_version" --locked --features build-binary --force --root "$wasm_split_home.partial"
  )
  rm -rf "$wasm_split_home"
  mv "$wasm_split_home.partial" "$wasm_split_home"
  rm -rf "$PENSTOCK_CACHE/build/wasm-split"
}

remedy() { printf 'crates.io must be reachable; try `cargo install wasm_split_cli_support --features build-binary`'; }
