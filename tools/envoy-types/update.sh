#!/bin/sh
# Writes crds/envoy-types.txt: what the webhook of one Istio release knows of Envoy's messages.
# Which release, go.mod says; for another one: go get istio.io/istio@<version> && go mod tidy.
set -eu
command -v go >/dev/null || { echo "update.sh: needs Go (https://go.dev/dl/), and 'go' is not on the PATH" >&2; exit 2; }

here="$(cd "$(dirname "$0")" && pwd)"
target="$here/../../crds/envoy-types.txt"
# Written beside the target first: a failed run must not leave half a file.
trap 'rm -f "$target.new"' EXIT
(cd "$here" && go run . ) > "$target.new"
mv "$target.new" "$target"
echo "wrote crds/envoy-types.txt: $(grep -c '^M ' "$target") messages"
