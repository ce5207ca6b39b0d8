#!/usr/bin/env bash
# exchange_calendars: Korea's election, its restored holiday and its exam days.
# Guess: closed on 3 June 2026 (local elections) and on 17 July 2026 (Constitution Day, a holiday again by the law of 29 January
# 2026), as the Korea Exchange announced; an hour late on every exam day.
# Seen: open on both days; late on the exam days up to 2020, at nine on those since.
# Sources: Korea Exchange, market holidays (global.krx.co.kr); Korea Herald of 29 January 2026, article 10665867.
set -euo pipefail
source "$(dirname "$0")/support/setup.sh"
python_packages exchange_calendars==4.13.2
run_python - <<'EOS'
from importlib.metadata import version
import exchange_calendars as calendars

print('exchange_calendars', version('exchange_calendars'))
korea = calendars.get_calendar('XKRX', start='2020-01-02', end='2026-12-31')
for day, why in {'2026-06-03': 'local elections', '2026-07-17': 'Constitution Day'}.items():
    seen = korea.is_session(day)
    print(f'{day}, {why}: guess closed, seen {"open" if seen else "closed"}')
    assert seen, f'changed: closed on {day}'
assert not korea.is_session('2022-06-01'), 'changed: open on the elections of 2022'


def opens(day):
    return korea.session_open(day).tz_convert(korea.tz).strftime('%H:%M')


exams = ['2020-12-03', '2021-11-18', '2022-11-17', '2023-11-16', '2024-11-14', '2025-11-13', '2026-11-19']
seen = [opens(day) for day in exams]
print('exam days from 2020 to 2026: guess all open at 10:00, seen', ' '.join(seen))
assert seen == ['10:00'] + 6 * ['09:00'], 'changed'
EOS
