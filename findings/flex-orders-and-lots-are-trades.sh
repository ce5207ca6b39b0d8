#!/usr/bin/env bash
# ibflex: a Trades section of a query that has orders, closed lots and symbol sums switched on.
# Guess: Trades holds trades; the other levels are elsewhere. Seen: one sale of 10 shares adds up to 40.
set -euo pipefail
source "$(dirname "$0")/support/setup.sh"
python_packages ibflex==1.1 requests==2.32.5
run_python - <<'EOF'
from importlib.metadata import version
from ibflex import parser

print('ibflex', version('ibflex'))
rows = ''.join(f'<{tag} accountId="U0" symbol="X" quantity="10" levelOfDetail="{level}"/>' for tag, level in
               [('Trade', 'EXECUTION'), ('Lot', 'CLOSED_LOT'), ('SymbolSummary', 'SYMBOL_SUMMARY'), ('Order', 'ORDER')])
data = (f'<FlexQueryResponse queryName="q" type="AF"><FlexStatements count="1"><FlexStatement accountId="U0"'
        f' fromDate="20260901" toDate="20260930" period="" whenGenerated="20261001;101010"><Trades>{rows}</Trades>'
        f'</FlexStatement></FlexStatements></FlexQueryResponse>')
trades = parser.parse(data.encode()).FlexStatements[0].Trades
kinds = [type(row).__name__ for row in trades]
total = sum(row.quantity for row in trades)
print(f'sum of quantity: guess 10, seen {total}, of {kinds}')
assert total == 40 and kinds == ['Trade', 'Lot', 'SymbolSummary', 'Order']
EOF
