#!/usr/bin/env bash
# Draw the view sheets of the planned demo company into docs/images: what the README shows.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
.venv/bin/sop-xl demo "$work" >/dev/null
book=$(ls "$work"/*.xlsm)
.venv/bin/sop-xl schedule "$book" >/dev/null
mkdir -p "$work/profile/user" docs/images
cat > "$work/profile/user/registrymodifications.xcu" <<'X'
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>
X
pages='{"PageRange":{"type":"string","value":"1-130"}}'
soffice "-env:UserInstallation=file://$work/profile" --headless --convert-to "pdf:calc_pdf_Export:$pages" --outdir "$work" "$book" >/dev/null 2>&1
pdf=$(ls "$work"/*.pdf)
count=$(pdfinfo "$pdf" | awk '/^Pages/ {print $2}')
for sheet in Home Executive Family "Demand review" Capacity "Production plans" Procurement "Inventory & backlog" Schedule Finance KPIs "Initiative plan" "Risks & decisions" Checks; do
    for page in $(seq 1 "$count"); do
        if [ -n "$(pdftotext -f "$page" -l "$page" "$pdf" - | grep -E "\| +$sheet\$" || true)" ]; then
            name=$(tr 'A-Z ' 'a-z_' <<<"${sheet// & / }")
            # 1,240 x 877 pixels a page; the white margins are cut.
            pdftoppm -r 106 -png -singlefile -f "$page" -l "$page" -x 30 -y 25 -W 1190 -H 815 "$pdf" "docs/images/$name"
            break
        fi
    done
done
ls docs/images
