#!/usr/bin/env bash
# The package "ibapi" on PyPI.
# Guess: IBKR's current client, or at least one that can ask for whatever the gateway has.
# Seen: 9.81; it asks for server version 157 at most, parses sizes as whole numbers, and has no error time or JSON of a rejection.
set -euo pipefail
source "$(dirname "$0")/support/setup.sh"
python_packages ibapi==9.81.1.post1
run_python - <<'EOF'
import inspect
from importlib.metadata import version
from ibapi import server_versions
from ibapi.wrapper import EWrapper

print('ibapi', version('ibapi'))
highest = max(v for k, v in vars(server_versions).items() if k in ('MIN_CLIENT_VER', 'MAX_CLIENT_VER'))
error = list(inspect.signature(EWrapper.error).parameters)
size = EWrapper.tickSize.__annotations__['size'].__name__
position = EWrapper.position.__annotations__['position'].__name__
print(f'highest version: guess 200 and more, seen {highest}')
print(f'error(): guess with the JSON of a rejection, seen {error}')
print(f'tickSize size, position: guess Decimal, seen {size}, {position}')
assert (highest, size, position) == (157, 'int', 'float')
assert error == ['self', 'reqId', 'errorCode', 'errorString']
EOF
