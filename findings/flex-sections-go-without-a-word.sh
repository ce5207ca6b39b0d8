#!/usr/bin/env bash
# py-ibkr: a statement with transfers and accruals, that says there are two statements; and the four separators that the Flex form offers.
# Guess: what is not known is kept or said, and so is a statement that is missing; all separators of the form are read.
# Seen: three sections are read and the others are gone without a word, the count is not looked at, and of the separators two fail.
set -euo pipefail
source "$(dirname "$0")/support/setup.sh"
python_packages py-ibkr==0.1.8
run_python -W error - <<'EOF'
from io import StringIO
from importlib.metadata import version
from py_ibkr import parse

print('py-ibkr', version('py-ibkr'))


def statement(sections, count=1):
    return parse(StringIO(f'<FlexQueryResponse queryName="q" type="AF"><FlexStatements count="{count}"><FlexStatement'
                 f' accountId="U1234567" fromDate="20260901" toDate="20260930" period="" whenGenerated="20261001;101010">'
                 f'{sections}</FlexStatement></FlexStatements></FlexQueryResponse>'))


money = '<CashTransaction accountId="U1234567" currency="USD" amount="1" type="Dividends"/>'
sections = (f'<CashTransactions>{money}</CashTransactions>'
            '<Transfers><Transfer accountId="U1234567" direction="IN" positionAmountInBase="5000"/></Transfers>'
            '<ChangeInDividendAccruals><ChangeInDividendAccrual accountId="U1234567" netAmount="9"/></ChangeInDividendAccruals>')
response = statement(sections, count=2)
kept = {name for name, value in response.FlexStatements[0] if isinstance(value, list) and value}
print(f'sections: guess 3 or a warning, seen {sorted(kept)} and none')
print(f'count="2": guess an error, seen {len(response.FlexStatements)} statement')
assert kept == {'CashTransactions'} and len(response.FlexStatements) == 1

read = {}
for name, separator in {'semicolon': ';', 'comma': ',', 'blank': ' ', 'none': ''}.items():
    row = f'<Trade accountId="U1234567" symbol="X" dateTime="20260915{separator}202000"/>'
    try:
        read[name] = str(statement(f'<Trades>{row}</Trades>').FlexStatements[0].Trades[0].dateTime)
    except ValueError as error:
        read[name] = f'ValueError: {error}'
    print(f'separator {name}: {read[name]}')
assert read['semicolon'] == read['comma'] == '2026-09-15 20:20:00'
assert read['blank'].startswith('ValueError') and read['none'].startswith('ValueError')
EOF
