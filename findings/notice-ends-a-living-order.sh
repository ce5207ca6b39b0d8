#!/usr/bin/env bash
# ib_async: what a code means for the order it names.
# Guess: notices leave an order as it is; a cancel that comes too late leaves it as well.
# Seen: a notice overwrites the status, and "cannot cancel" (161) or "time in force set by preset" (10349) ends the order.
set -euo pipefail
source "$(dirname "$0")/support/setup.sh"
python_packages ib_async==2.1.0
run_python - <<'EOF'
import logging
from importlib.metadata import version
from ib_async import IB, LimitOrder, OrderStatus, Stock, Trade

logging.disable(logging.CRITICAL)
print('ib_async', version('ib_async'))


def after(code):
    """Status, and whether the trade counts as done, once this code has come for a working order."""
    wrapper = IB().wrapper
    wrapper.clientId = 1
    order = LimitOrder('BUY', 1, 100, orderId=5, clientId=1)
    trade = Trade(Stock('AAPL', 'SMART', 'USD'), order, OrderStatus(orderId=5, status='Submitted'), [], [])
    wrapper.trades[(1, 5)] = trade
    wrapper.error(5, code, 'text', '')
    return trade.orderStatus.status, trade.isDone()


# Only 202 ends an order. 399: held until the market opens. 104: a change of a filled order. 10148: cannot be cancelled.
table = {
    202: ('Cancelled', True),
    399: ('ValidationError', False),
    2109: ('ValidationError', False),
    104: ('Cancelled', True),
    161: ('Cancelled', True),
    10148: ('Cancelled', True),
    10349: ('Cancelled', True),
}
for code, expected in table.items():
    seen = after(code)
    print(f'{code}: guess {"Cancelled" if code == 202 else "Submitted"}, seen {seen[0]}, done {seen[1]}')
    assert seen == expected, seen
EOF
