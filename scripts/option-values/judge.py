"""Values of options by QuantLib, as JSON: what shared/options is compared with. Times are whole days of a year of 365.

Without dividends by the fixed point of Andersen, Lake and Offengenden (QdFp), with its Greeks by differences; with
dividends by finite differences on a fine grid, in the spot model.
"""
import itertools
import json
import math
import sys

import QuantLib as ql

today = ql.Date(18, 11, 2026)
ql.Settings.instance().evaluationDate = today
count = ql.Actual365Fixed()
TIMES, PRICES = 1000, 1600


def option(case, spot=None, vol=None, scale=1.0):
    """With `scale` the whole of its time is so much longer, which is the same as more of everything in the same time."""
    flat = lambda rate: ql.YieldTermStructureHandle(ql.FlatForward(today, rate * scale, count))
    sigma = (vol or case['volatility']) * math.sqrt(scale)
    volatility = ql.BlackVolTermStructureHandle(ql.BlackConstantVol(today, ql.NullCalendar(), sigma, count))
    quote = ql.QuoteHandle(ql.SimpleQuote(spot or case['spot']))
    process = ql.BlackScholesMertonProcess(quote, flat(case['yield']), flat(case['rate']), volatility)
    kind = ql.Option.Call if case['right'] == 'C' else ql.Option.Put
    end = today + case['days']
    exercise = ql.AmericanExercise(today, end) if case['american'] else ql.EuropeanExercise(end)
    made = ql.VanillaOption(ql.PlainVanillaPayoff(kind, case['strike']), exercise)
    if case['dividends']:
        days, amounts = zip(*case['dividends'])
        paid = ql.DividendVector([today + day for day in days], list(amounts))
        made.setPricingEngine(ql.FdBlackScholesVanillaEngine(process, paid, TIMES, PRICES, 4))
    elif case['american']:
        made.setPricingEngine(ql.QdFpAmericanEngine(process, ql.QdFpAmericanEngine.highPrecisionScheme()))
    else:
        made.setPricingEngine(ql.AnalyticEuropeanEngine(process))
    return made


def values(case):
    price = lambda **change: option(case, **change).NPV()
    spot, vol = case['spot'], case['volatility']
    width = vol * math.sqrt(case['days'] / 365)
    vega = (price(vol=vol * 1.002) - price(vol=vol * 0.998)) / (0.4 * vol)
    if case['dividends']:
        made = option(case)
        value, delta, gamma = made.NPV(), made.delta(), made.gamma()
        # Its own theta is the change over 0.99 of a day: this is the one of the moment, by the equation it solves.
        carry = case['rate'] * (value - spot * delta) + case['yield'] * spot * delta
        worth = (spot - case['strike']) * (1 if case['right'] == 'C' else -1)
        exercised = case['american'] and abs(value - worth) < 1e-6
        theta = 0 if exercised else (carry - (vol * spot) ** 2 * gamma / 2) / 365
        return value, delta, gamma, theta, vega
    step = spot * min(0.01, 0.02 * width)
    low, middle, high = price(spot=spot - step), price(), price(spot=spot + step)
    theta = (price(scale=0.999) - price(scale=1.001)) / (0.002 * case['days'])
    return middle, (high - low) / (2 * step), (high - 2 * middle + low) / step**2, theta, vega


def cases():
    made = lambda **terms: {'yield': 0, 'american': True, 'dividends': [], **terms}
    for right, moneyness, days, vol, (rate, earned), american in itertools.product(
        'CP', (0.8, 0.95, 1, 1.05, 1.25), (2, 10, 45, 180, 540), (0.12, 0.25, 0.6),
        ((0.045, 0), (0.045, 0.012), (0.01, 0.05), (0.04, 0.04)), (True,),
    ):
        spot = {2: 20, 10: 350, 45: 100, 180: 100, 540: 700}[days]
        yield made(right=right, spot=spot, strike=round(spot * moneyness, 2), days=days, volatility=vol, rate=rate,
                   **{'yield': earned}, american=american)
    for right, strike, days, vol, plan, american in itertools.product(
        'CP', (80, 95, 105, 125), (30, 120, 365), (0.15, 0.3, 0.6), (0, 1, 2), (True, False),
    ):
        if not american and plan != 1:
            continue
        dividends = [
            [(days // 3, 1.5)],
            [(day, 0.8) for day in range(14, days, 91)],
            [(days - 3, 4)],
        ][plan]
        yield made(right=right, spot=100, strike=strike, days=days, volatility=vol, rate=0.045, dividends=dividends,
                   american=american)
    # Terms that were asked about.
    put = lambda **terms: made(right='P', spot=100, volatility=0.25, rate=0.045, **terms)
    yield put(strike=130, days=180)
    yield put(strike=110, days=45)
    yield put(strike=110, days=45, **{'yield': 0.012})
    yield put(strike=110, days=45, **{'yield': 0.012}, dividends=[(20, 1.5)])


columns = ['right', 'american', 'spot', 'strike', 'days', 'volatility', 'rate', 'yield', 'dividends']
results = ['price', 'delta', 'gamma', 'theta', 'vega']
rows = []
for case in cases():
    rows.append([case[name] for name in columns] + [round(value, 8) for value in values(case)])
    if len(rows) % 50 == 0:
        print(len(rows), file=sys.stderr)
rows = [json.dumps(row, separators=(',', ':')) for row in rows]
head = json.dumps({'made': 'scripts/option-values/compare.sh', 'quantLib': ql.__version__, 'columns': columns + results})
print(head[:-1] + ',"rows":[\n' + ',\n'.join(rows) + '\n]}')
