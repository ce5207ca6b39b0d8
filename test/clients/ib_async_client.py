"""A conversation of ib_async with a gateway, told as one line of JSON."""

import json
import logging
import sys

from ib_async import IB, Future, LimitOrder, MarketOrder, Stock, __version__

# ib_async logs a message that it cannot decode, and goes on.
complaints = []


class Complaints(logging.Handler):
    def emit(self, record):
        text = record.getMessage()
        if record.exc_info or record.levelno >= logging.ERROR and not text.startswith(('Error 202,', 'Canceled order')):
            complaints.append(text[:300])


logging.getLogger().addHandler(Complaints())
logging.getLogger().setLevel(logging.WARNING)

ib = IB()
ib.connect('127.0.0.1', int(sys.argv[1]), clientId=11, timeout=10)
told = {'version': str(__version__), 'serverVersion': ib.client.serverVersion(), 'accounts': ib.managedAccounts()}

told['positions'] = {str(row.contract.conId): [float(row.position), float(row.avgCost)] for row in ib.positions()}
summary = {row.tag: row.value for row in ib.accountSummary()}
told['netLiquidation'] = float(summary['NetLiquidation'])

[stock] = ib.reqContractDetails(Stock('AAPL', 'SMART', 'USD'))
told['stock'] = [stock.contract.conId, stock.longName, float(stock.minTick)]
[future] = ib.reqContractDetails(Future('ES', '202612', 'CME'))
told['future'] = [future.contract.conId, future.contract.lastTradeDateOrContractMonth[:8], float(future.contract.multiplier)]
chains = ib.reqSecDefOptParams('AAPL', '', 'STK', stock.contract.conId)
told['strikes'] = sorted({float(strike) for chain in chains for strike in chain.strikes})

ticker = ib.reqMktData(stock.contract)
for _ in range(100):
    if ticker.bid == ticker.bid and ticker.ask == ticker.ask and ticker.last == ticker.last:
        break
    ib.sleep(0.05)
told['quote'] = [ticker.bid, ticker.ask, ticker.last]
ib.cancelMktData(stock.contract)

bars = ib.reqHistoricalData(stock.contract, '', '5 D', '1 day', 'TRADES', True)
told['lastClose'] = [str(bars[-2].date).replace('-', ''), float(bars[-2].close)]
ticks = ib.reqHistoricalTicks(future.contract, '', '20261120 11:30:00 US/Eastern', 5, 'BID_ASK', False)
told['ticks'] = [[float(tick.priceBid), float(tick.priceAsk)] for tick in ticks][:5]


def until(trade, status):
    for _ in range(100):
        if trade.orderStatus.status == status:
            return
        ib.sleep(0.05)


resting = ib.placeOrder(stock.contract, LimitOrder('BUY', 3, 100.0, tif='GTC'))
until(resting, 'Submitted')
told['resting'] = [resting.orderStatus.status, float(resting.order.lmtPrice), float(resting.orderStatus.remaining)]
ib.cancelOrder(resting.order)
until(resting, 'Cancelled')
told['cancelled'] = resting.orderStatus.status

filled = ib.placeOrder(stock.contract, MarketOrder('BUY', 7))
until(filled, 'Filled')
for _ in range(100):
    if filled.fills and filled.fills[0].commissionReport.execId:
        break
    ib.sleep(0.05)
told['filled'] = [float(filled.orderStatus.filled), float(filled.orderStatus.avgFillPrice)]
told['commission'] = float(filled.fills[0].commissionReport.commission)
told['completed'] = sorted(trade.orderStatus.status for trade in ib.reqCompletedOrders(False))

ib.disconnect()
told['complaints'] = complaints
print(json.dumps(told))
