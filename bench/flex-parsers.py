"""Reads statements from standard input, as [{"name", "xml"}], with the Flex parser that its environment has, and prints
what each was understood to say, as [{"name", "day", "trades", "quantity", "deposits"} or {"name", "error"}]."""

import io
import json
import sys
import warnings

warnings.simplefilter('ignore')


def ibflex():
    from ibflex import parser

    return lambda xml: parser.parse(xml.encode()).FlexStatements


def py_ibkr():
    from py_ibkr import parse

    return lambda xml: parse(io.StringIO(xml)).FlexStatements


def is_deposit(row):
    return 'deposit' in str(getattr(row.type, 'value', row.type) or '').lower()


def facts(statements):
    trades = [row for one in statements for row in one.Trades or ()]
    cash = [row for one in statements for row in one.CashTransactions or () if is_deposit(row)]
    days = [getattr(row, 'dateTime', None) for row in trades]
    return {
        'day': str(days[0])[:10] if days else None,
        'trades': len(trades),
        'quantity': float(sum(row.quantity or 0 for row in trades)),
        'deposits': float(sum(row.amount or 0 for row in cash)),
        'accounts': sorted({str(row.accountId) for row in trades}),
    }


def answer(read, case):
    try:
        return {'name': case['name'], **facts(read(case['xml']))}
    except Exception as error:
        return {'name': case['name'], 'error': f'{type(error).__name__}: {error}'[:120]}


read = {'ibflex': ibflex, 'py_ibkr': py_ibkr}[sys.argv[1]]()
print(json.dumps([answer(read, case) for case in json.load(sys.stdin)]))
