# shellcheck shell=bash
# kube-apiserver, controller manager and etcd in one program, from testbed/kube.

want() { cat testbed/kube/{main.go,go.mod,go.sum} | sha256sum; }
check() { [ -x "$kubetest_home/kubetest" ] && [ "$(cat "$kubetest_home/source" 2>/dev/null)" = "$(want)" ]; }

install() {
  local version=k8s.io/component-base/version
  rm -rf "$kubetest_home.partial"
  mkdir -p "$kubetest_home.partial"
  (
    cd testbed/kube
    CGO_ENABLED=0 go build -trimpath \
      -ldflags "-s -w -X $version.gitVersion=v$kubernetes_version -X $version.gitMajor=1 -X $version.gitMinor=36" \
      -o "$kubetest_home.partial/kubetest" .
  )
  want >"$kubetest_home.partial/source"
  rm -rf "$kubetest_home"
  mv "$kubetest_home.partial" "$kubetest_home"
}

remedy() { printf 'Go 1.26 (or any since 1.21 that may fetch it), 4 GB of memory and a reachable Go module proxy are needed'; }
