#!/usr/bin/env bash
# vollib and QuantLib: the volatility of a price that is just what exercising brings (deep in the money, American).
# Guess: both say that there is none. Seen: vollib refuses the call but gives the put 21.9 %; QuantLib gives 0.01 %, the floor of its own search.
# A put at the true American price of 25 % comes out as 26.7 %.
set -euo pipefail
source "$(dirname "$0")/support/setup.sh"
python_packages QuantLib==1.44 vollib==1.0.11
run_python - <<'EOF'
from importlib.metadata import version
import warnings
warnings.simplefilter('ignore')
import QuantLib as ql
from vollib.black_scholes_merton.implied_volatility import implied_volatility

print('vollib', version('vollib'), 'QuantLib', ql.__version__)
years = 45 / 365
try:
    implied_volatility(98.97, 348.97, 250, years, 0.04, 0.0, 'c')
    raise SystemExit('changed: a call at its exercise value has a volatility')
except Exception as error:
    print('vollib, call 250 at 98.97 of 348.97:', type(error).__name__)
    assert type(error).__name__ == 'BelowIntrinsicException'
put = implied_volatility(10.0, 100, 110, years, 0.045, 0.012, 'p')
american = implied_volatility(10.399, 100, 110, years, 0.045, 0.012, 'p')
print(f'vollib, put 110 at 10.00 of 100: guess refused alike, seen {put:.4f}')
print(f'vollib, the same put at 10.399, the American price for 0.25: seen {american:.4f}')
assert (round(put, 4), round(american, 4)) == (0.2187, 0.2672)

today = ql.Date(18, 12, 2026)
ql.Settings.instance().evaluationDate = today
count = ql.Actual365Fixed()
flat = lambda rate: ql.YieldTermStructureHandle(ql.FlatForward(today, rate, count))
volatility = ql.BlackVolTermStructureHandle(ql.BlackConstantVol(today, ql.NullCalendar(), 0.25, count))
process = ql.BlackScholesMertonProcess(ql.QuoteHandle(ql.SimpleQuote(100)), flat(0.0), flat(0.045), volatility)
option = ql.VanillaOption(ql.PlainVanillaPayoff(ql.Option.Put, 130), ql.AmericanExercise(today, today + 180))
option.setPricingEngine(ql.FdBlackScholesVanillaEngine(process, 400, 800))
seen = option.impliedVolatility(30.0, process)
print(f'QuantLib, American put 130 at 30.00 of 100: guess an error, seen {seen:.6f}')
assert round(seen, 6) == 0.0001
EOF
