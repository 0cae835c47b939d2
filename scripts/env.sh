# Sourced by every script: where tools and builds live, outside the clone, so that a fresh clone finds them warm.
# shellcheck shell=bash
export PENSTOCK_CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/penstock"
export PENSTOCK_TOOLS="$PENSTOCK_CACHE/tools"
export PENSTOCK_LOGS="$PENSTOCK_CACHE/logs"
export CARGO_TARGET_DIR="${PENSTOCK_TARGET:-$PENSTOCK_CACHE/target}"
mkdir -p "$PENSTOCK_TOOLS" "$PENSTOCK_LOGS"
for tool in cargo-leptos-0.3.11 wasm-bindgen-cli-0.2.130; do
  [ -d "$PENSTOCK_TOOLS/$tool/bin" ] && PATH="$PENSTOCK_TOOLS/$tool/bin:$PATH"
done
export PATH
