# shellcheck shell=bash
# cargo-leptos, for those who build with it. Nothing else here needs it: scripts/build-web does the same without.
# A debug build: 7 minutes instead of 29, and it only starts other programs.

newest_needed=96 # of 1.x: its lock file

check() { [ -x "$cargo_leptos_home/bin/cargo-leptos" ]; }

# The folder of a rustc that is new enough: the usual one's, or Debian's.
toolchain() {
  local rustc minor
  for rustc in "$(command -v rustc || true)" /usr/bin/rustc; do
    [ -x "$rustc" ] || continue
    minor=$("$rustc" --version | sed -n 's/^rustc 1\.\([0-9]*\)\..*/\1/p')
    if [ "${minor:-0}" -ge "$newest_needed" ]; then
      dirname "$rustc"
      return
    fi
  done
  return 1
}

install() {
  local folder
  if ! folder=$(toolchain); then
    command -v apt-get
    [ "$(id -u)" -eq 0 ]
    apt-get update
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends rustc-web cargo-web
    folder=$(toolchain)
  fi
  (
    cd "$PENSTOCK_CACHE/build"
    RUSTC="$folder/rustc" CARGO_TARGET_DIR="$PENSTOCK_CACHE/build/cargo-leptos" \
      "$folder/cargo" install cargo-leptos --version "=$cargo_leptos_version" --locked --debug --force \
      --no-default-features --features no_downloads --root "$cargo_leptos_home.partial"
  )
  rm -rf "$cargo_leptos_home"
  mv "$cargo_leptos_home.partial" "$cargo_leptos_home"
  rm -rf "$PENSTOCK_CACHE/build/cargo-leptos"
}

remedy() { printf 'it needs Rust 1.%s or newer and crates.io; everything but `cargo leptos` itself works without it (`scripts/setup run`)' "$newest_needed"; }
