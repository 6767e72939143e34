#!/usr/bin/env bash
# Run the core's tests on every Python from 3.11 up that this machine has: test_all.sh [pytest arguments]
# Each gets its own environment, .venv-3.x. Pythons looked for: on PATH, pyenv's, uv's.
set -euo pipefail
cd "$(dirname "$0")/.."

version_of() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null; }

candidates() {
    local minor
    for minor in $(seq 11 30); do
        command -v "python3.$minor" || true
    done
    command -v python3 || true
    ls -d ~/.pyenv/versions/3.*/bin/python 2>/dev/null || true
    if command -v uv >/dev/null; then
        uv python list --only-installed --offline 2>/dev/null | awk '{print $2}' || true
    fi
}

declare -A pythons=()
while read -r python; do
    version=$(version_of "$python") || continue
    minor=${version#3.}
    [ "${version%%.*}" = 3 ] && [ "$minor" -ge 11 ] && [ -z "${pythons[$version]:-}" ] && pythons[$version]=$python
done < <(candidates)
[ ${#pythons[@]} -gt 0 ] || { echo "test-all: no Python 3.11 or later found" >&2; exit 1; }

failed=()
for version in $(printf '%s\n' "${!pythons[@]}" | sort -V); do
    folder=.venv-$version
    echo "test-all: Python $version (${pythons[$version]})" >&2
    [ -x "$folder/bin/pip" ] || "${pythons[$version]}" -m venv "$folder"
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
    "$folder/bin/python" -c 'import pulp; print("test-all: PuLP", pulp.__version__)' >&2
    "$folder/bin/python" -m pytest -q -m "not soffice and not bench" -p no:cacheprovider "$@" || failed+=("$version")
done
if [ ${#failed[@]} -gt 0 ]; then
    echo "test-all: failed on ${failed[*]}" >&2
    exit 1
fi
echo "test-all: passed on $(printf '%s\n' "${!pythons[@]}" | sort -V | xargs)" >&2
