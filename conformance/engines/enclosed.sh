#!/usr/bin/env bash
# Runs a command in namespaces of its own: the only network is loopback, and whatever the command started ends with it,
# also when it is killed. /run is empty and in memory; nothing that is written there is left over.
set -euo pipefail
if [ "$(id -u)" != 0 ]; then
  echo "The engines cannot run: they need root, as they live in namespaces of their own. Run it as root or with sudo." >&2
  exit 2
fi
export PATH=$PATH:/usr/sbin:/sbin
exec unshare --net --mount --pid --fork --kill-child --mount-proc -- bash -c '
  # Process 1 of its namespace hears only the signals that it asks for.
  trap "exit 130" INT TERM HUP
  mount -t tmpfs -o mode=755 tmpfs /run
  ip link set lo up
  # An API server advertises an address, and no loopback address may be one.
  ip address add 192.0.2.1/32 dev lo
  "$@" &
  wait $!
' bash "$@" </dev/null
