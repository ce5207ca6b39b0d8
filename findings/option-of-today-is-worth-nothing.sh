#!/usr/bin/env bash
# QuantLib: an option in the money on its last day, before the close.
# Guess: its intrinsic value, 10. Seen: 0 without an error, and a switch that is off by default; vega and theta are per 1.00 and per year.
set -euo pipefail
source "$(dirname "$0")/support/setup.sh"
python_packages QuantLib==1.44
run_python - <<'EOF'
import QuantLib as ql

print('QuantLib', ql.__version__)
today = ql.Date(18, 12, 2026)
ql.Settings.instance().evaluationDate = today
count = ql.Actual365Fixed()


def call(days, american):
    """A call of 100 on 110 that ends in so many days."""
    flat = lambda rate: ql.YieldTermStructureHandle(ql.FlatForward(today, rate, count))
    volatility = ql.BlackVolTermStructureHandle(ql.BlackConstantVol(today, ql.NullCalendar(), 0.25, count))
    process = ql.BlackScholesMertonProcess(ql.QuoteHandle(ql.SimpleQuote(110)), flat(0.0), flat(0.04), volatility)
    exercise = ql.AmericanExercise(today, today + days) if american else ql.EuropeanExercise(today + days)
    option = ql.VanillaOption(ql.PlainVanillaPayoff(ql.Option.Call, 100), exercise)
    engine = ql.FdBlackScholesVanillaEngine(process, 200, 400) if american else ql.AnalyticEuropeanEngine(process)
    option.setPricingEngine(engine)
    return option


for american in (False, True):
    values = call(0, american).NPV(), round(call(1, american).NPV(), 2)
    print(f'american {american}: today guess 10, seen {values[0]}; tomorrow {values[1]}')
    assert values == (0.0, 10.01), values
ql.Settings.instance().includeReferenceDateEvents = True
assert call(0, False).NPV() == 10.0
print('with includeReferenceDateEvents: 10.0')
EOF
