#!/usr/bin/env bash
# Draw the view sheets of the planned demo company into docs/images: what the README and the docs show.
# Distribution is that of the test company two_plants, which has lanes. An argument: a folder with the planned demo.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ $# -gt 0 ]; then
    cp "$1"/*.xlsm "$work/Demo.xlsm"
else
    .venv/bin/sop-xl demo "$work/demo" >/dev/null
    mv "$work"/demo/*.xlsm "$work/Demo.xlsm"
    .venv/bin/sop-xl schedule "$work/Demo.xlsm" >/dev/null
fi
.venv/bin/sop-xl import tests/companies/two_plants "$work/Two plants.xlsm" >/dev/null
.venv/bin/sop-xl run "$work/Two plants.xlsm" >/dev/null
mkdir -p "$work/profile/user" docs/images
cat > "$work/profile/user/registrymodifications.xcu" <<'X'
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>
X
print() { /usr/bin/python3 scripts/print_sheets.py "$work/profile" "$@" 2>/dev/null; }
print "$work/Demo.xlsm" "$work/pdf" Home Executive Family "Demand review:A1:AA70" Capacity "Production plans" Procurement \
    "Inventory & backlog" Schedule Finance KPIs "Initiative plan" "Risks & decisions" Checks "Shortages:A1:O34"
print "$work/Two plants.xlsm" "$work/pdf" Distribution
for pdf in "$work"/pdf/*.pdf; do
    name=$(basename "$pdf" .pdf)
    size=(-x 30 -y 25 -W 1190 -H 815)  # 1,240 x 877 pixels an A4 page; the white margins are cut.
    [ "$name" = shortages ] && size=(-x 30 -y 30 -W 1700 -H 740)  # A3, its upper part
    pdftoppm -r 106 -png -singlefile -f 1 -l 1 "${size[@]}" "$pdf" "docs/images/$name"
done
pdftoppm -r 106 -png -singlefile -f 3 -l 3 -x 30 -y 25 -W 1190 -H 815 "$work/pdf/inventory_backlog.pdf" docs/images/backlog
ls docs/images
