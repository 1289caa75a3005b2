#!/usr/bin/env bash
# Prepares this machine for the suite of the rollout engines: an API server with what belongs to it, the controllers,
# istiod and Prometheus. It can be run again at any time and does only what is left to do. Everything it makes is in
# conformance/.build/engines.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
mkdir -p ../.build/engines
build=$(cd ../.build/engines && pwd)

say() { echo "setup of the engines: $*" >&2; }
fail() { say "$*"; exit 2; }

# One setup at a time: two would write the same files.
exec 9>"$build/setup.lock"
flock --wait 3600 9 || fail "another setup has been running for an hour; its lock is $build/setup.lock"

command -v go >/dev/null || fail "Go is missing: install Go $(sed -n 's/^go //p' argo-rollouts/go.mod) or newer"
missing=()
for program in openssl unshare ip mount; do command -v "$program" >/dev/null || missing+=("$program"); done
((${#missing[@]} == 0)) || fail "missing: ${missing[*]} (Debian packages openssl, util-linux, iproute2, mount)"

# build FOLDER MODULE PACKAGE NAME [LDFLAGS]: Go builds what has changed and nothing else.
build() {
  local start=$SECONDS
  (cd "$1" && nice go build -mod=readonly -buildvcs=false -ldflags "-s -w ${5:-}" -o "$build/$4" "$2${3:+/$3}") || fail "$4 does not build; see above"
  say "$4 $(cd "$1" && go list -m -f '{{.Version}}' "$2"), $((SECONDS - start)) s"
}

# 1. The small ones first: what is wrong with the machine shows early.
build etcd go.etcd.io/etcd/server/v3 "" etcd
build kwok sigs.k8s.io/kwok cmd/kwok kwok
build flagger github.com/fluxcd/flagger cmd/flagger flagger
build argo-rollouts github.com/argoproj/argo-rollouts cmd/rollouts-controller rollouts-controller

# 2. Kubernetes. Without its version it calls itself v0.0.0-master, and Flagger ends over that.
kubernetes=$(cd kubernetes && go list -m -f '{{.Version}}' k8s.io/kubernetes)
IFS=. read -r major minor _ <<<"${kubernetes#v}"
version=k8s.io/component-base/version
for program in kube-apiserver kube-controller-manager kube-scheduler; do
  build kubernetes k8s.io/kubernetes "cmd/$program" "$program" \
    "-X $version.gitVersion=$kubernetes -X $version.gitMajor=$major -X $version.gitMinor=$minor"
done

# 3. istiod, of the version that everything else here is compared with.
build istiod istio.io/istio pilot/cmd/pilot-discovery pilot-discovery

# 4. Prometheus. Debian's package is unpacked, not installed: installed, it would run as a service.
if ! command -v prometheus >/dev/null && [ ! -x "$build/prometheus/usr/bin/prometheus" ]; then
  say "fetching Prometheus"
  command -v apt-get >/dev/null || fail "Prometheus is missing: put the program prometheus (2.42 or newer) into the PATH"
  rm -rf "$build/prometheus" "$build/fetch"
  mkdir "$build/fetch"
  (
    cd "$build/fetch"
    apt-get download -qq prometheus || { apt-get update -qq && apt-get download -qq prometheus; }
  ) >"$build/apt.log" 2>&1 || fail "apt-get could not fetch prometheus: $(tail -n 5 "$build/apt.log")"
  dpkg-deb -x "$build"/fetch/prometheus_*.deb "$build/prometheus"
  rm -rf "$build/fetch"
fi
say "ready: $build"
