#!/usr/bin/env bash
# ib_async: an execution whose time names a Windows zone.
# Guess: the fill arrives, its time perhaps wrong. Seen: there is no fill at all, only a log line.
set -euo pipefail
source "$(dirname "$0")/support/setup.sh"
python_packages ib_async==2.1.0
run_python - <<'EOF'
import datetime, logging
from importlib.metadata import version
from ib_async import IB
from ib_async.decoder import Decoder

logging.disable(logging.CRITICAL)
print('ib_async', version('ib_async'))


def fills(time):
    """Times of the fills known after one execution message (id 11) that carries this time."""
    ib = IB()
    row = ['11', '-1', '7', '265598', 'AAPL', 'STK', '', '0.0', '', '', 'NASDAQ', 'USD', 'AAPL', 'NMS', '0001.01',
           time, 'DU0', 'NASDAQ', 'BOT', '10', '101.5', '9', '1', '0', '10', '101.5', '', '', '', '', '1']
    Decoder(ib.wrapper, 176).interpret(row)
    return [fill.execution.time for fill in ib.wrapper.fills.values()]


utc = datetime.datetime(2026, 11, 20, 18, tzinfo=datetime.timezone.utc)
table = {
    '20261120 19:00:00 Europe/Berlin': [utc],
    '20261120 19:00:00 W. Europe Standard Time': [],
    '20261120 12:00:00 CST': [],
}
for time, expected in table.items():
    seen = fills(time)
    print(f'{time!r}: guess 1 fill, seen {len(seen)}')
    assert seen == expected, seen
EOF
