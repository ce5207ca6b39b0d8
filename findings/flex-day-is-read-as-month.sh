#!/usr/bin/env bash
# ibflex: a query whose date format is dd/MM/yyyy, which the Flex form offers.
# Guess: refused, or told apart by the days above 12 elsewhere in the statement.
# Seen: each value is read alone, month first: 4 May becomes 5 April in a statement that also has 13 May, until that row fails.
set -euo pipefail
source "$(dirname "$0")/support/setup.sh"
python_packages ibflex==1.1 requests==2.32.5
run_python - <<'EOF'
import datetime
from importlib.metadata import version
from ibflex import parser

print('ibflex', version('ibflex'))


def dates(*values):
    rows = ''.join(f'<Trade accountId="U0" symbol="X" tradeDate="{value}"/>' for value in values)
    data = (f'<FlexQueryResponse queryName="q" type="AF"><FlexStatements count="1"><FlexStatement accountId="U0"'
            f' fromDate="01/05/2026" toDate="12/05/2026" period="" whenGenerated="20260514;101010"><Trades>{rows}'
            f'</Trades></FlexStatement></FlexStatements></FlexQueryResponse>')
    statement = parser.parse(data.encode()).FlexStatements[0]
    return statement.fromDate, statement.toDate, [row.tradeDate for row in statement.Trades]


start, end, days = dates('04/05/2026', '12/05/2026')
print(f'statement of 1 to 12 May, trades of 4 and 12 May: seen {start} to {end}, {days[0]}, {days[1]}')
assert (start, end) == (datetime.date(2026, 1, 5), datetime.date(2026, 12, 5))
assert days == [datetime.date(2026, 4, 5), datetime.date(2026, 12, 5)]
try:
    dates('04/05/2026', '13/05/2026')
    raise SystemExit('changed: a day above 12 was read')
except parser.FlexParserError as error:
    print('a day above 12:', error)
EOF
