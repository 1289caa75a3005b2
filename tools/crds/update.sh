#!/bin/sh
# Writes crds/istio-<major.minor>.yaml from the CRDs of one Istio release.
# Several stand side by side: a new Istio version is `tools/crds/update.sh 1.32.0`.
set -eu

if [ $# -ne 1 ]; then
  echo "usage: tools/crds/update.sh <Istio version, for example 1.31.1>" >&2
  exit 2
fi
version="${1#v}"
case "$version" in
  [0-9]*.[0-9]*.[0-9]*) ;;
  *) echo "update.sh: \"$1\" is not a full version; give all three numbers, for example 1.31.1" >&2; exit 2 ;;
esac
command -v go >/dev/null || { echo "update.sh: needs Go (https://go.dev/dl/), and 'go' is not on the PATH" >&2; exit 2; }

here="$(cd "$(dirname "$0")" && pwd)"
target="$here/../../crds/istio-${version%.*}.yaml"
# Written beside the target first: a failed run must not leave half a file.
trap 'rm -f "$target.new"' EXIT
mkdir -p "$(dirname "$target")"
(cd "$here" && go run . -istio "$version") > "$target.new"
mv "$target.new" "$target"
echo "wrote crds/istio-${version%.*}.yaml: $(grep -c '^kind: CustomResourceDefinition$' "$target") kinds"
