#!/usr/bin/env bash
# Install Debian packages as root or through sudo, or say in words what to install: apt.sh PACKAGE...
set -euo pipefail

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo -n "$@"
    fi
}

if ! command -v apt-get >/dev/null; then
    echo "set-up: there is no apt-get here. Install what these Debian packages hold by hand, then run make again: $*" >&2
    exit 1
fi
if [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; then
    echo "set-up: neither root nor sudo without a password. Run this, then make again:" >&2
    echo "    sudo apt-get update && sudo apt-get install --no-install-recommends $*" >&2
    exit 1
fi
log=$(mktemp)
if ! { as_root apt-get update && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "set-up: apt-get could not install: $*. The lines above say why; the whole log is $log" >&2
    exit 1
fi
rm -f "$log"
