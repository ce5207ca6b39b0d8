#!/usr/bin/env bash
# Compares shared/options with QuantLib 1.44 on some 900 options; needs a network and Python 3.11, and is no part of the gate.
# With --write the fixture of shared/options/values.test.ts is made anew of every fourth.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check QuantLib==1.44
"$work/venv/bin/python" scripts/option-values/judge.py >"$work/all.json"
QUANTLIB_VALUES="$work/all.json" npx vitest run shared/options/values.test.ts
if [[ ${1:-} == --write ]]; then
  "$work/venv/bin/python" - "$work/all.json" >shared/options/quantlib.json <<'EOF'
import json
import sys

values = json.load(open(sys.argv[1]))
rows = values.pop('rows')
kept = [row for index, row in enumerate(rows) if index % 4 == 0 or index >= len(rows) - 4]
print(json.dumps(values)[:-1] + ', "rows": [\n' + ',\n'.join('  ' + json.dumps(row) for row in kept) + '\n]}')
EOF
fi
