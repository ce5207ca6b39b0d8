import type { Execution, Order } from '../exchange/model.ts';
import { farmNames } from '../faults/farms.ts';
import { saveResearch } from '../research/research-state.ts';
import type { Simulator } from '../server/server.ts';

/** What the control API shows: plain JSON, quantities and money as decimal text, times as ISO instants. */

function orderView({ permId, owner, terms, status, filled, remaining, ...order }: Order) {
  return {
    permId,
    clientId: owner.clientId,
    orderId: owner.orderId,
    account: terms.account,
    symbol: terms.legs[0].instrument.localSymbol,
    conId: terms.legs[0].instrument.conId,
    side: terms.side,
    type: terms.type,
    quantity: terms.quantity.toString(),
    limitPrice: terms.limitPrice,
    auxPrice: terms.auxPrice,
    tif: terms.tif,
    orderRef: terms.orderRef,
    status,
    filled: filled.toString(),
    remaining: remaining.toString(),
    averageFillPrice: order.averageFillPrice,
    commission: order.commission.toString(),
    completedStatus: order.completedStatus,
  };
}

function executionView({ instrument, quantity, commission, realizedPnl, time, ...execution }: Execution) {
  return {
    execId: execution.execId,
    permId: execution.permId,
    time: new Date(time).toISOString(),
    account: execution.account,
    symbol: instrument.localSymbol,
    conId: instrument.conId,
    side: execution.side,
    quantity: quantity.toString(),
    price: execution.price,
    commission: commission.toString(),
    commissionCurrency: execution.commissionCurrency,
    realizedPnl: realizedPnl?.toString(),
  };
}

function clockView({ clock }: Simulator) {
  const { now, speed, frozen } = clock.state;
  return { now: new Date(now).toISOString(), speed, frozen };
}

function ordersView({ window, forksNextChange, permIdLater, ...orders }: Simulator['faults']['orders']) {
  const { anyClientCancels, keepsWhileLost, fillsFields, presetTif, sizeLimit } = orders;
  return { window, forksNextChange, permIdLater, anyClientCancels, keepsWhileLost, fillsFields, presetTif, sizeLimit };
}

function faultsView({ faults }: Simulator) {
  const { outages } = faults;
  return {
    frozen: faults.frozen,
    handshake: faults.handshake,
    withholdNextValidId: faults.withholdNextValidId,
    readOnlyApi: faults.readOnlyApi,
    requestDelayMs: faults.requestDelayMs,
    requestPacing: faults.requestPacing,
    clockSkewMs: faults.clockSkewMs,
    announcedServerVersion: faults.announcedServerVersion,
    clientIdSticksMs: faults.clientIdSticksMs,
    orderIdRollback: faults.orderIdRollback,
    orders: ordersView(faults.orders),
    link: faults.link,
    brokerLost: outages.lost,
    competingSession: outages.competingSession,
    farms: Object.fromEntries(farmNames.map((farm) => [farm, outages.farm(farm)])),
    rules: faults.rules.list(),
  };
}

function accountsView({ world }: Simulator) {
  return world.accounts.map(({ id, type, baseCurrency, cash, holdings }) => ({
    id,
    type,
    baseCurrency,
    cash: Object.fromEntries([...cash].map(([currency, amount]) => [currency, amount.toString()])),
    positions: holdings.map(({ instrument, quantity }) => ({
      symbol: instrument.localSymbol,
      conId: instrument.conId,
      quantity: quantity.toString(),
    })),
  }));
}

interface View {
  readonly description: string;
  readonly show: (simulator: Simulator) => unknown;
}

const view = <T>(description: string, show: (simulator: Simulator) => T) =>
  ({ description, show }) satisfies View as {
    readonly description: string;
    readonly show: (simulator: Simulator) => T;
  };

/** Everything that can be looked at, by name. */
export const views = {
  clock: view('What time it is, how fast it goes, whether it stands still.', clockView),
  faults: view('What is wrong, and every rule with its counts.', faultsView),
  clients: view('The clients that have started.', (simulator) => simulator.clients()),
  subscriptions: view('What they are subscribed to.', (simulator) => simulator.activeSubscriptions()),
  requests: view('The last thousand requests really received, oldest first.', ({ received }) =>
    received.map(({ time, ...request }) => ({ ...request, clientId: request.clientId, time: time.toISOString() })),
  ),
  orders: view('Working orders and those that ended today.', ({ world }) => ({
    open: world.exchange.open().map(orderView),
    completed: world.exchange.completed().map(orderView),
  })),
  ledger: view('Every order that was ever accepted, as it came over the wire.', (simulator) =>
    simulator.ledger().map(({ at, ...entry }) => ({ at: new Date(at).toISOString(), ...entry })),
  ),
  executions: view('Today’s executions, corrections included.', ({ world }) =>
    world.exchange.executions().map(executionView),
  ),
  accounts: view('Cash and positions of every account.', accountsView),
  research: view('What the login is subscribed to, display groups, and bulletins published on purpose.', ({ world }) =>
    saveResearch(world),
  ),
} as const;

export type ViewName = keyof typeof views;
export type ViewOf<N extends ViewName> = ReturnType<(typeof views)[N]['show']>;

export const viewNames = Object.keys(views) as [ViewName, ...ViewName[]];
