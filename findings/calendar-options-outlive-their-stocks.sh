#!/usr/bin/env bash
# pandas_market_calendars: the half days of US stocks and of the options on them.
# Guess: options close with (index options 15 minutes after) the stocks on every half day.
# Seen: so on 27 November 2026, but on 24 December the options trade the whole day.
set -euo pipefail
source "$(dirname "$0")/support/setup.sh"
python_packages pandas_market_calendars==5.5.0
run_python - <<'EOF'
from importlib.metadata import version
import pandas_market_calendars as calendars

print('pandas_market_calendars', version('pandas_market_calendars'))


def close(name, day):
    row = calendars.get_calendar(name).schedule(day, day).iloc[0]
    return row['market_close'].tz_convert('America/Chicago').strftime('%H:%M')


table = {
    'NYSE': ('12:00', '12:00'),
    'CBOE_Equity_Options': ('12:00', '15:00'),
    'CBOE_Index_Options': ('12:15', '15:15'),
}
for name, expected in table.items():
    seen = close(name, '2026-11-27'), close(name, '2026-12-24')
    print(f'{name}: close in Chicago 27 November {seen[0]}, 24 December {seen[1]}')
    assert seen == expected, seen
three = [close(name, '2026-12-24') for name in ('CME_Equity', 'CME Globex Equity', 'us_futures')]
print('one product (ES) on 24 December, by three calendars of the same package: guess one time, seen', three)
assert three == ['12:00', '12:15', '17:00'], three
EOF
