# shellcheck shell=bash
# Programs of the operating system. Installed only as root on Debian and its relatives; elsewhere a sentence names them.

# program=package, for every program that is not there.
absent() {
  local pair
  for pair in gcc=build-essential make=make perl=perl pkg-config=pkg-config git=git curl=curl openssl=openssl \
    setpriv=util-linux flock=util-linux node=nodejs npm=npm mvn=maven go=golang-go; do
    command -v "${pair%%=*}" >/dev/null || printf '%s\n' "${pair#*=}"
  done
  chromium_found || printf 'chromium\n'
}

chromium_found() {
  local program
  [ -x "${CHROMIUM:-/nowhere}" ] && return
  for program in chromium chromium-browser google-chrome; do command -v "$program" >/dev/null && return; done
  return 1
}

check() { [ -z "$(absent)" ]; }

install() {
  local packages
  mapfile -t packages < <(absent | sort -u)
  command -v apt-get
  [ "$(id -u)" -eq 0 ]
  apt-get update
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${packages[@]}"
}

remedy() { printf 'install these Debian packages, or what your system calls them: %s' "$(absent | sort -u | tr '\n' ' ')"; }
