# shellcheck shell=bash
# wasm-bindgen's program, of the very version that Cargo.lock has of its library. A debug build is fast enough.

check() { [ -x "$wasm_bindgen_home/bin/wasm-bindgen" ]; }

install() {
  # Without --locked: its own lock file wants a newer compiler than it needs. Out of the clone, whose settings are not its.
  (
    cd "$PENSTOCK_CACHE/build"
    CARGO_TARGET_DIR="$PENSTOCK_CACHE/build/wasm-bindgen" CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS=fallback \
      cargo install wasm-bindgen-cli --version "=$wasm_bindgen_version" --debug --force --root "$wasm_bindgen_home.partial"
  )
  rm -rf "$wasm_bindgen_home"
  mv "$wasm_bindgen_home.partial" "$wasm_bindgen_home"
  rm -rf "$PENSTOCK_CACHE/build/wasm-bindgen"
}

remedy() { printf 'crates.io must be reachable; try `cargo install wasm-bindgen-cli --version =%s`' "$wasm_bindgen_version"; }
