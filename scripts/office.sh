#!/usr/bin/env bash
# Install LibreOffice Calc, pdftoppm and the fonts that workbooks are drawn with, where they are missing.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
command -v soffice >/dev/null || missing+=(libreoffice-calc)
/usr/bin/python3 -c "import uno" 2>/dev/null || missing+=(python3-uno)
command -v pdftoppm >/dev/null || missing+=(poppler-utils)
fonts=$(find /usr/share/fonts /usr/local/share/fonts ~/.fonts ~/.local/share/fonts -name '*.[to]tf' 2>/dev/null || true)
grep -q 'LiberationSans-' <<<"$fonts" || missing+=(fonts-liberation)
grep -q 'Carlito-' <<<"$fonts" || missing+=(fonts-crosextra-carlito)
[ ${#missing[@]} = 0 ] && exit 0

echo "set-up: installing ${missing[*]}, which the tests of workbooks need (some minutes)" >&2
scripts/apt.sh "${missing[@]}"
