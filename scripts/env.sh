# Sourced by every script: where tools and builds live, outside the clone, so that a fresh clone finds them warm.
# Versions of what `scripts/setup` installs are here and nowhere else.
# shellcheck shell=bash
export PENSTOCK_CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/penstock"
export PENSTOCK_TOOLS="$PENSTOCK_CACHE/tools"
export PENSTOCK_LOGS="$PENSTOCK_CACHE/logs"
export CARGO_TARGET_DIR="${PENSTOCK_TARGET:-$PENSTOCK_CACHE/target}"
mkdir -p "$PENSTOCK_TOOLS" "$PENSTOCK_LOGS" "$PENSTOCK_CACHE/build"

# Clones share the target directory, and cargo knows our crates in it by their place within the workspace: it would take what another
# clone built for its own wherever the sources here are older. So whoever comes after another clone has newer ones.
if [ "$(cat "$CARGO_TARGET_DIR/.clone" 2>/dev/null || true)" != "$PWD" ]; then
  mkdir -p "$CARGO_TARGET_DIR"
  find src app server testbed -name '*.rs' -exec touch -c {} +
  printf '%s' "$PWD" >"$CARGO_TARGET_DIR/.clone"
fi

cargo_leptos_version=0.3.11
kafka_version=4.3.1
apicurio_version=3.3.3
strimzi_version=1.2.0
# Whose resource definitions a bed serves that the tests start.
strimzi_served=${PENSTOCK_STRIMZI:-$strimzi_version}
kubernetes_version=1.36.3
# The program must have exactly the library's version.
wasm_bindgen_version=$(sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"$/\1/p;}' Cargo.lock)

# The program that cuts must know the marks that Leptos' library leaves.
wasm_split_version=$(sed -n '/^name = "wasm_split_helpers"$/{n;s/^version = "\(.*\)"$/\1/p;}' Cargo.lock)

cargo_leptos_home="$PENSTOCK_TOOLS/cargo-leptos-$cargo_leptos_version"
wasm_bindgen_home="$PENSTOCK_TOOLS/wasm-bindgen-cli-$wasm_bindgen_version"
kafka_home="$PENSTOCK_TOOLS/kafka-$kafka_version"
wasm_split_home="$PENSTOCK_TOOLS/wasm-split-cli-$wasm_split_version"
apicurio_home="$PENSTOCK_TOOLS/apicurio-$apicurio_version"
crds_home="$PENSTOCK_TOOLS/crds-$strimzi_version"
kubetest_home="$PENSTOCK_TOOLS/kubetest-$kubernetes_version"
jdk_home="$PENSTOCK_TOOLS/jdk-21"
export cargo_leptos_version kafka_version apicurio_version strimzi_version strimzi_served kubernetes_version wasm_bindgen_version wasm_split_version
export cargo_leptos_home wasm_bindgen_home wasm_split_home kafka_home apicurio_home crds_home kubetest_home jdk_home

PATH="$cargo_leptos_home/bin:$wasm_bindgen_home/bin:$wasm_split_home/bin:$PWD/node_modules/.bin:$PATH"
# Where rustup was installed by an earlier run that this shell has not seen.
if ! command -v cargo >/dev/null && [ -x "${CARGO_HOME:-$HOME/.cargo}/bin/cargo" ]; then
  PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
fi
export PATH
# Set-up found no other toolchain with a wasm32 target than Debian's.
if [ -f "$PENSTOCK_TOOLS/rust-debian" ] && [ -z "${RUSTUP_TOOLCHAIN:-}" ] && command -v rustup >/dev/null; then
  export RUSTUP_TOOLCHAIN=debian
fi

# What the test bed starts; whoever points one of them elsewhere is believed.
export PENSTOCK_KAFKA_LIBS="${PENSTOCK_KAFKA_LIBS:-$kafka_home/libs}"
export PENSTOCK_KUBETEST="${PENSTOCK_KUBETEST:-$kubetest_home/kubetest}"
export PENSTOCK_APICURIO="${PENSTOCK_APICURIO:-$apicurio_home}"
if [ -z "${PENSTOCK_JAVA:-}" ] && [ -f "$PENSTOCK_TOOLS/java" ]; then
  PENSTOCK_JAVA=$(<"$PENSTOCK_TOOLS/java")
  if [ -x "$PENSTOCK_JAVA" ]; then export PENSTOCK_JAVA; else unset PENSTOCK_JAVA; fi
fi

# Which crates one host build takes: always the same, or cargo resolves other features and builds their dependencies anew.
# The browser entry is never among them: it asks for `hydrate`, the server for `ssr`, and one build would unify them.
host_programs=(-p penstock-server -p penstock-testbed)
host_crates=(--workspace --exclude penstock
  --features "penstock-app/ssr,penstock-ui/ssr,penstock-api/ssr,penstock-domain/schema")
export host_programs host_crates

# Progress in the terminal, plain lines in a log.
note() { printf '\033[1m== %s\033[0m\n' "$*"; }
[ -t 1 ] || note() { printf '== %s\n' "$*"; }
