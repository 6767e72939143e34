#!/usr/bin/env bash
# Install the PostgreSQL server, which the tests of the ledger start for themselves, where it is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && exit 0
command -v initdb >/dev/null && command -v pg_ctl >/dev/null && exit 0

echo "set-up: installing postgresql, which the tests of the ledger need" >&2
scripts/apt.sh postgresql
