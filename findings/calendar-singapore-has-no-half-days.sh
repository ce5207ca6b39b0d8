#!/usr/bin/env bash
# exchange_calendars: Singapore's half days, and its next year.
# Guess: 24 and 31 December end at noon, as Hong Kong's do, and 2027 is known as it is for other exchanges.
# Seen: full days; Singapore, Shanghai and Bombay end with 2026 and raise, so "the next session" fails in December.
set -euo pipefail
source "$(dirname "$0")/support/setup.sh"
python_packages exchange_calendars==4.13.2
run_python - <<'EOF'
from importlib.metadata import version
import exchange_calendars as calendars
from exchange_calendars.errors import DateOutOfBounds, RequestedSessionOutOfBounds

print('exchange_calendars', version('exchange_calendars'))


def close(name, day):
    calendar = calendars.get_calendar(name, start='2026-11-02')
    return calendar.session_close(day).tz_convert(calendar.tz).strftime('%H:%M')


for name, expected in {'XHKG': '12:00', 'XSES': '17:00'}.items():
    seen = [close(name, day) for day in ('2026-12-24', '2026-12-31')]
    print(f'{name}: closes on 24 and 31 December at {seen}')
    assert seen == [expected, expected], seen
for name in ('XSES', 'XSHG', 'XBOM'):
    calendar = calendars.get_calendar(name, start='2026-11-02')
    assert str(calendar.last_session.date()) == '2026-12-31', calendar.last_session
    try:
        calendar.is_session('2027-02-09')
        raise SystemExit(f'changed: {name} knows 2027')
    except DateOutOfBounds:
        print(f'{name}: guess 2027 known, seen DateOutOfBounds after 2026-12-31')
EOF
