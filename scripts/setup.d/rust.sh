# shellcheck shell=bash
# Rust with a wasm32 target, in three ways: as it is; with rustup's target; with Debian's packages, where std for wasm32 is
# built once from the source that Debian ships. One toolchain then serves both sides.

newest_needed=95 # of 1.x

usable() {
  local minor libraries
  minor=$("$@" --version | sed -n 's/^rustc 1\.\([0-9]*\)\..*/\1/p')
  [ "${minor:-0}" -ge "$newest_needed" ] || return 1
  libraries=$("$@" --print target-libdir --target wasm32-unknown-unknown 2>/dev/null) || return 1
  compgen -G "$libraries/libstd-*.rlib" >/dev/null
}

# PENSTOCK_RUST=debian takes the third way also where another would do.
check() {
  [ "${PENSTOCK_RUST:-}" != debian ] || [ -f "$PENSTOCK_TOOLS/rust-debian" ] || return 1
  usable rustc && cargo clippy --version && cargo fmt --version
}

install() {
  if command -v rustup && [ "${PENSTOCK_RUST:-}" != debian ]; then
    rustup component add clippy rustfmt || true
    # The toolchain can't be changed on some machines; then Debian's is tried.
    if rustup target add wasm32-unknown-unknown && check; then return; fi
  fi
  debian
}

debian() {
  command -v apt-get
  [ "$(id -u)" -eq 0 ]
  apt-get update
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    rustc-web cargo-web rust-web-src rust-web-llvm lld-22 rustfmt-web rust-web-clippy
  usable /usr/bin/rustc || standard_library
  if command -v rustup; then
    rustup toolchain link debian /usr
    export RUSTUP_TOOLCHAIN=debian
  fi
  touch "$PENSTOCK_TOOLS/rust-debian" # scripts/env.sh looks for it
}

# std for wasm32 out of Debian's source, put where the compiler looks for targets.
standard_library() {
  local build="$PENSTOCK_CACHE/build/wasm-std" libraries
  rm -rf "$build"
  mkdir -p "$build/src"
  printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2021"\n[lib]\ncrate-type = ["cdylib"]\n[workspace]\n' >"$build/Cargo.toml"
  touch "$build/src/lib.rs"
  (
    cd "$build"
    env -u RUSTUP_TOOLCHAIN -u RUSTFLAGS RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc CARGO_TARGET_DIR=target \
      /usr/bin/cargo build --release -Zbuild-std=std,panic_abort --target wasm32-unknown-unknown
  )
  libraries=$(/usr/bin/rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown/lib
  mkdir -p "$libraries"
  find "$build/target/wasm32-unknown-unknown/release/deps" -name '*.rlib' ! -name 'libempty*' -exec cp {} "$libraries/" \;
}

remedy() { printf 'install Rust 1.%s or newer with clippy, rustfmt and the target wasm32-unknown-unknown (rustup does it)' "$newest_needed"; }
