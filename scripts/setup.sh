#!/usr/bin/env bash
# Make the virtual environment .venv and install the package in it: setup.sh run|dev
# run: what planning needs. dev: the tools of lint and test too. Both do nothing that is done already.
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:?run or dev}
python=${PYTHON:-python3}

say() { echo "set-up: $*" >&2; }

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    say "'$python' is missing or older than Python 3.11. Install python3 3.11 or later, or name one: make PYTHON=/path/to/python3.12"
    exit 1
fi

if ! [ -x .venv/bin/pip ]; then
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        say "Python's venv module is missing; installing python3-venv"
        scripts/apt.sh python3-venv
    fi
    say "making .venv with $("$python" --version)"
    "$python" -m venv .venv
fi

extras=""
[ "$what" = dev ] && extras="[dev]"
say "installing the package$extras"
.venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".$extras"
touch ".venv/.ready-$what"
