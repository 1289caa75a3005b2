#!/bin/sh
# Writes src/semantics/installation-fields.ts: what one Istio release can be told when it is installed.
# Which release, go.mod says; for another one: go get istio.io/istio@<version> istio.io/api@<version> && go mod tidy.
set -eu
command -v go >/dev/null || { echo "update.sh: needs Go (https://go.dev/dl/), and 'go' is not on the PATH" >&2; exit 2; }

here="$(cd "$(dirname "$0")" && pwd)"
target="$here/../../src/semantics/installation-fields.ts"
# Written beside the target first: a failed run must not leave half a file.
trap 'rm -f "$target.new"' EXIT
(cd "$here" && go run .) > "$target.new"
mv "$target.new" "$target"
echo "wrote src/semantics/installation-fields.ts"
