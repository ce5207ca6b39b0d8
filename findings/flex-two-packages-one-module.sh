#!/usr/bin/env bash
# ibflex and ibflex2: the successor installed beside the original.
# Guess: two modules, or one of two lenient parsers. Seen: both write the folder "ibflex", the later one wins, and it refuses what the earlier one read.
# Neither brings requests, which "import ibflex" needs.
set -euo pipefail
source "$(dirname "$0")/support/setup.sh"
python_packages ibflex==1.1 requests==2.32.5
run_python - <<'EOF'
import os
import subprocess
import sys
from importlib.metadata import requires, version

code = """
import warnings; warnings.simplefilter('ignore')
from ibflex import parser
try:
    print(parser.parse(open(0).read().encode()).FlexStatements[0].Trades[0].tradeDate)
except parser.FlexParserError as error:
    print('FlexParserError')
"""
data = ('<FlexQueryResponse queryName="q" type="AF"><FlexStatements count="1"><FlexStatement accountId="U0"'
        ' fromDate="20260901" toDate="20260930" period="" whenGenerated="20261001;101010"><Trades>'
        '<Trade accountId="U0" symbol="X" tradeDate="MULTI"/></Trades></FlexStatement></FlexStatements></FlexQueryResponse>')


def read():
    run = subprocess.run([sys.executable, '-c', code], input=data, capture_output=True, text=True)
    return run.stdout.strip() or run.stderr.strip().splitlines()[-1]


first = read()
pip = [sys.executable, '-m', 'pip', 'install', '-q', '--no-compile', '--no-deps', '--disable-pip-version-check']
subprocess.run([*pip, '--upgrade', '--target', os.environ['PYTHONPATH'], 'ibflex2==1.0.0'], check=True)
second = read()
print('ibflex', version('ibflex'), 'and ibflex2', version('ibflex2'), 'are both installed')
needed = [name for package in ('ibflex', 'ibflex2') for name in requires(package) or [] if 'extra' not in name]
print('packages that both say they need:', needed)
print('tradeDate "MULTI" of an order of several days: ibflex', first, '- after installing ibflex2:', second)
assert (needed, first, second) == ([], 'None', 'FlexParserError'), (needed, first, second)
EOF
