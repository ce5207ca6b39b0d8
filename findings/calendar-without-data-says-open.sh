#!/usr/bin/env bash
# QuantLib: exchanges whose holidays of 2027 it does not have yet.
# Guess: an error, as exchange_calendars gives. Seen: every weekday but the fixed dates is a business day, Lunar New Year too.
set -euo pipefail
source "$(dirname "$0")/support/setup.sh"
python_packages QuantLib==1.44
run_python - <<'EOF'
import QuantLib as ql

print('QuantLib', ql.__version__)
new_year = ql.Date(8, 2, 2027)
holidays = lambda calendar, year: len(calendar.holidayList(ql.Date(1, 1, year), ql.Date(31, 12, year)))
table = {
    'Shanghai': (ql.China(ql.China.SSE), True, 19, 1),
    'Hong Kong': (ql.HongKong(), True, 14, 5),
    'Taiwan': (ql.Taiwan(), True, 15, 1),
    'Korea': (ql.SouthKorea(ql.SouthKorea.KRX), False, 15, 14),
}
for name, (calendar, open_, this, following) in table.items():
    seen = calendar.isBusinessDay(new_year), holidays(calendar, 2026), holidays(calendar, 2027)
    print(f'{name}: 8 February 2027 (Lunar New Year) open {seen[0]}; holidays known of 2026 {seen[1]}, of 2027 {seen[2]}')
    assert seen == (open_, this, following), seen
EOF
