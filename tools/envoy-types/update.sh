#!/bin/sh
# Writes src/check/webhook/envoy-filter/envoy-types-text.ts: what the webhook of one Istio release knows of Envoy's messages.
# Which release, go.mod says; for another one: go get istio.io/istio@<version> && go mod tidy.
set -eu
command -v go >/dev/null || { echo "update.sh: needs Go (https://go.dev/dl/), and 'go' is not on the PATH" >&2; exit 2; }

here="$(cd "$(dirname "$0")" && pwd)"
target="$here/../../src/check/webhook/envoy-filter/envoy-types-text.ts"
# Written beside the target first: a failed run must not leave half a file.
trap 'rm -f "$target.new"' EXIT
(cd "$here" && go run . ) > "$target.new"
mv "$target.new" "$target"
echo "wrote src/check/webhook/envoy-filter/envoy-types-text.ts: $(grep -c '^M ' "$target") messages"
