"""A conversation of IBKR's own client with a gateway, told as one line of JSON."""

import json
import logging
import sys
import threading
from importlib.metadata import packages_distributions, version

from ibapi.client import EClient
from ibapi.contract import Contract
from ibapi.execution import ExecutionFilter
from ibapi.order import Order
from ibapi.order_cancel import OrderCancel
from ibapi.wrapper import EWrapper

complaints = []


class Complaints(logging.Handler):
    def emit(self, record):
        if record.levelno >= logging.ERROR:
            complaints.append(record.getMessage()[:300])


logging.getLogger().addHandler(Complaints())
# What the conversation expects to hear: farms, the end of an order.
expected = {2104, 2106, 2158, 202}


class Client(EWrapper, EClient):
    def __init__(self):
        EClient.__init__(self, self)
        self.heard = {}
        self.told = threading.Condition()

    def tell(self, key, value=None):
        with self.told:
            self.heard.setdefault(key, []).append(value)
            self.told.notify_all()

    def wait(self, key, count=1):
        with self.told:
            if not self.told.wait_for(lambda: len(self.heard.get(key, [])) >= count, 10):
                raise TimeoutError(f'no {key}; heard {list(self.heard)}; complaints {complaints}')
            return list(self.heard[key])

    def error(self, reqId, errorTime, errorCode, errorString, advancedOrderRejectJson=''):
        if errorCode not in expected:
            complaints.append(f'{reqId} {errorCode} {errorString}')

    def nextValidId(self, orderId):
        self.tell('id', orderId)

    def managedAccounts(self, accountsList):
        self.tell('accounts', accountsList)

    def position(self, account, contract, position, avgCost):
        self.tell('position', [str(contract.conId), [float(position), float(avgCost)]])

    def positionEnd(self):
        self.tell('positionEnd')

    def accountSummary(self, reqId, account, tag, value, currency):
        self.tell('summary', float(value))

    def contractDetails(self, reqId, contractDetails):
        self.tell(f'details{reqId}', contractDetails)

    def securityDefinitionOptionParameter(self, reqId, exchange, underlyingConId, tradingClass, multiplier, expirations, strikes):
        self.tell('chain', [float(strike) for strike in strikes])

    def securityDefinitionOptionParameterEnd(self, reqId):
        self.tell('chainEnd')

    def tickPrice(self, reqId, tickType, price, attrib):
        self.tell(f'price{tickType}', price)

    def historicalData(self, reqId, bar):
        self.tell('bar', [bar.date, float(bar.close)])

    def historicalDataEnd(self, reqId, start, end):
        self.tell('barsEnd')

    def historicalTicksBidAsk(self, reqId, ticks, done):
        self.tell('ticks', [[tick.priceBid, tick.priceAsk] for tick in ticks])

    def openOrder(self, orderId, contract, order, orderState):
        self.tell(f'order{orderId}', float(order.lmtPrice))

    def orderStatus(self, orderId, status, filled, remaining, avgFillPrice, *rest):
        self.tell(f'{status}{orderId}', [status, float(filled), float(remaining), float(avgFillPrice)])

    def execDetails(self, reqId, contract, execution):
        self.tell('execution', execution.execId)

    def commissionAndFeesReport(self, report):
        self.tell('commission', float(report.commissionAndFees))

    def completedOrder(self, contract, order, orderState):
        self.tell('completed', orderState.status)

    def completedOrdersEnd(self):
        self.tell('completedEnd')


def contract(**values):
    made = Contract()
    for name, value in values.items():
        setattr(made, name, value)
    return made


def order(**values):
    made = Order()
    for name, value in values.items():
        setattr(made, name, value)
    return made


client = Client()
client.connect('127.0.0.1', int(sys.argv[1]), 12)
threading.Thread(target=client.run, daemon=True).start()
[next_id] = client.wait('id')
[package] = packages_distributions()['ibapi']
told = {
    'version': f'{package} {version(package)}',
    'serverVersion': client.serverVersion(),
    'accounts': client.wait('accounts')[0].split(','),
}

client.reqPositions()
client.wait('positionEnd')
told['positions'] = dict(client.heard['position'])
client.reqAccountSummary(1, 'All', 'NetLiquidation')
[told['netLiquidation']] = client.wait('summary')

client.reqContractDetails(2, contract(symbol='AAPL', secType='STK', exchange='SMART', currency='USD'))
[stock] = client.wait('details2')
told['stock'] = [stock.contract.conId, stock.longName, float(stock.minTick)]
client.reqContractDetails(3, contract(symbol='ES', secType='FUT', exchange='CME', lastTradeDateOrContractMonth='202612'))
[future] = client.wait('details3')
told['future'] = [future.contract.conId, future.contract.lastTradeDateOrContractMonth[:8], float(future.contract.multiplier)]
client.reqSecDefOptParams(4, 'AAPL', '', 'STK', stock.contract.conId)
client.wait('chainEnd')
told['strikes'] = sorted({strike for chain in client.heard['chain'] for strike in chain})

client.reqMktData(5, stock.contract, '', False, False, [])
told['quote'] = [client.wait(f'price{kind}')[0] for kind in (1, 2, 4)]
client.cancelMktData(5)
client.reqHistoricalData(6, stock.contract, '', '5 D', '1 day', 'TRADES', 1, 1, False, [])
client.wait('barsEnd')
told['lastClose'] = client.heard['bar'][-2]
client.reqHistoricalTicks(7, future.contract, '', '20261120 11:30:00 US/Eastern', 5, 'BID_ASK', 0, False, [])
told['ticks'] = client.wait('ticks')[0][:5]

client.placeOrder(next_id, stock.contract, order(action='BUY', orderType='LMT', totalQuantity=3, lmtPrice=100.0, tif='GTC'))
[[status, _, remaining, _], *_] = client.wait(f'Submitted{next_id}')
told['resting'] = [status, client.wait(f'order{next_id}')[0], remaining]
client.cancelOrder(next_id, OrderCancel())
told['cancelled'] = client.wait(f'Cancelled{next_id}')[0][0]

client.placeOrder(next_id + 1, stock.contract, order(action='BUY', orderType='MKT', totalQuantity=7))
[_, filled, _, price] = client.wait(f'Filled{next_id + 1}')[0]
told['filled'] = [filled, price]
client.reqExecutions(8, ExecutionFilter())
client.wait('execution')
told['commission'] = client.wait('commission')[0]
client.reqCompletedOrders(False)
client.wait('completedEnd')
told['completed'] = sorted(client.heard['completed'])

client.disconnect()
told['complaints'] = complaints
print(json.dumps(told))
