#!/usr/bin/env bash
# ibflex: something in the statement that the library does not know.
# Guess: one rule for all of it. Seen: an unknown attribute is a warning, but an unknown section or one unknown value loses every row.
set -euo pipefail
source "$(dirname "$0")/support/setup.sh"
python_packages ibflex==1.1 requests==2.32.5
run_python - <<'EOF'
import warnings
from importlib.metadata import version
from ibflex import parser

print('ibflex', version('ibflex'))
warnings.simplefilter('ignore')


def cash(attributes, more=''):
    """Amounts read from a statement with one plain deposit and a row with these attributes."""
    data = (f'<FlexQueryResponse queryName="q" type="AF"><FlexStatements count="1"><FlexStatement accountId="U0"'
            f' fromDate="20260901" toDate="20260930" period="" whenGenerated="20261001;101010"><CashTransactions>'
            f'<CashTransaction accountId="U0" amount="1000" type="Deposits/Withdrawals"/>'
            f'<CashTransaction accountId="U0" amount="-3" {attributes}/></CashTransactions>{more}'
            f'</FlexStatement></FlexStatements></FlexQueryResponse>')
    try:
        return [int(row.amount) for row in parser.parse(data.encode()).FlexStatements[0].CashTransactions]
    except parser.FlexParserError as error:
        return str(error)


attribute = cash('type="Other Fees" addedLater="1"')
value = cash('type="871(m) Withholding"')
section = cash('type="Other Fees"', '<AddedLater/>')
print('unknown attribute:', attribute)
print('unknown type of a cash row: guess a row without type, seen:', value)
print('unknown section: guess skipped, seen:', section)
assert attribute == [1000, -3]
assert value == "CashTransaction.type - '871(m) Withholding' is not a valid CashAction"
assert 'AddedLater' in section and isinstance(section, str)
EOF
