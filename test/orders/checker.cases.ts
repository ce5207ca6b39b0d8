import type { Call, History, LedgerOrder, Terms } from './history.ts';

/** Hand-made histories: good ones, and for each invariant one that breaks it, made by one change of a good one. */

const account = 'DU1234567';
const bought: Terms = { account, symbol: 'AAPL', side: 'BUY', quantity: 10, type: 'LMT', limitPrice: 100, tif: 'DAY' };
const target: Terms = { ...bought, side: 'SELL', limitPrice: 120, tif: 'GTC' };

const first = 'aaaaaaaaaaaaaaaa';
const second = 'bbbbbbbbbbbbbbbb';
const third = 'cccccccccccccccc';

const place: Call = {
  grant: 'one',
  tool: 'place',
  at: 1_000,
  until: 1_100,
  wanted: { e: bought, t: target },
  requestId: 'r1',
  told: { ticket: first, state: 'awaiting_approval' },
};
const confirm: Call = {
  grant: 'one',
  tool: 'confirm',
  at: 1_200,
  until: 1_400,
  about: first,
  told: { ticket: first, state: 'submitted', filled: 0 },
};
const status: Call = {
  grant: 'one',
  tool: 'status',
  at: 9_000,
  until: 9_010,
  about: first,
  told: { ticket: first, state: 'working', filled: 4 },
};
const refused: Call = {
  ...place,
  requestId: 'r2',
  at: 2_000,
  until: 2_100,
  wanted: { e: { ...bought, symbol: 'IBM' } },
  told: { ticket: second, state: 'awaiting_approval' },
};
const notPlaced: Call = {
  ...confirm,
  at: 2_200,
  until: 2_300,
  about: second,
  told: { ticket: second, state: 'not_placed' },
};
const change: Call = {
  grant: 'one',
  tool: 'modify',
  at: 3_000,
  until: 3_100,
  about: first,
  wanted: { e: { ...bought, limitPrice: 101 } },
  told: { ticket: third, state: 'awaiting_approval' },
};
const changed: Call = {
  ...confirm,
  at: 3_200,
  until: 3_400,
  about: third,
  told: { ticket: third, state: 'final' },
};

const entry: LedgerOrder = {
  reference: `irm.r.${first}.e`,
  permId: 11,
  clientId: 7,
  orderId: 1,
  acceptedAt: 1_300,
  terms: bought,
  changes: [{ at: 3_300, terms: { ...bought, limitPrice: 101 } }],
  fills: [{ at: 4_000, quantity: 4, price: 101 }],
  status: 'Submitted',
};
const profit: LedgerOrder = {
  ...entry,
  reference: `irm.r.${first}.t`,
  permId: 12,
  orderId: 2,
  terms: target,
  changes: [],
  fills: [],
};
const received = [entry, profit].map(({ reference, clientId, orderId }) => ({
  at: 1_290,
  reference,
  clientId,
  orderId,
}));

const good: History = {
  relayClientId: 7,
  approval: 'ticket',
  accounts: [account],
  limits: { orderQuantity: 10, ordersPerDay: 2, notionalPerDay: 2_000 },
  calls: [place, confirm, refused, notPlaced, change, changed, status],
  ledger: { orders: [entry, profit], received: [...received, { ...received[0]!, at: 3_290 }] },
  stops: [{ from: 5_000, until: 6_000 }],
  faults: ['relay killed'],
  healedAt: 5_000,
  resolveWithin: 3_000,
  silent: [],
};

const withOrders = (...orders: readonly LedgerOrder[]): History => ({
  ...good,
  ledger: { ...good.ledger, orders },
});
const withCalls = (...calls: readonly Call[]): History => ({ ...good, calls: [...good.calls, ...calls] });
const onlyFirst: History = { ...good, calls: [place, confirm, status] };

export const goodHistories: readonly (readonly [name: string, History])[] = [
  ['a bracket, an order that could not be sent, a change', good],
  ['nothing at all', { ...good, calls: [], ledger: { orders: [], received: [] } }],
  ['an order whose answer was lost', { ...withOrders(entry, profit), calls: [{ ...place, told: undefined } as never] }],
  [
    'the same request twice',
    withCalls({ ...place, at: 7_000, until: 7_100, told: { ticket: first, state: 'working', filled: 4 } }),
  ],
  [
    'the same request id for another order, refused',
    withCalls({ ...refused, requestId: 'r1', at: 7_000, until: 7_100, told: { error: 'conflict' } }),
  ],
  [
    'a rejected order',
    {
      ...onlyFirst,
      calls: [place, { ...confirm, told: { ticket: first, state: 'rejected' } }],
      ledger: { orders: [{ ...entry, fills: [], endedAt: 1_350, status: 'Inactive' }], received },
    },
  ],
  [
    'an order that ended and was told so',
    {
      ...withOrders({ ...entry, endedAt: 7_000 }, profit),
      calls: [
        ...good.calls,
        { grant: 'one', tool: 'cancel', at: 7_000, until: 7_100, about: first, told: { outcome: 'cancelled' } },
      ],
    },
  ],
  [
    'silence of a living gateway',
    {
      ...onlyFirst,
      calls: [place, { ...status, until: 9_500, told: { ticket: first, state: 'unknown' } }],
      silent: [first],
      ledger: { orders: [], received: [] },
    },
  ],
  ['orders of others', withOrders(entry, profit, { ...entry, reference: 'mine', clientId: 9, permId: 99, orderId: 1 })],
];

export const badHistories: readonly (readonly [invariant: string, name: string, History])[] = [
  ['S1', 'the entry twice', withOrders(entry, profit, { ...entry, permId: 13, orderId: 3 })],
  ['S1', 'one order id that became two orders', withOrders(entry, profit, { ...entry, permId: 13 })],
  [
    'S1',
    'a second write that the gateway lost',
    { ...good, ledger: { ...good.ledger, received: [...received, { ...received[0]!, orderId: 5, at: 1_500 }] } },
  ],
  [
    'S2',
    'an order without a reference',
    withOrders(entry, profit, { ...entry, reference: '', permId: 13, orderId: 3 }),
  ],
  [
    'S2',
    'an order that nobody asked for',
    withOrders(entry, profit, { ...entry, reference: 'irm.r.dddddddddddddddd.e', permId: 13, orderId: 3 }),
  ],
  ['S3', 'ten times the size', withOrders({ ...entry, terms: { ...bought, quantity: 100 } }, profit)],
  ['S3', 'the other side', withOrders(entry, { ...profit, terms: { ...target, side: 'BUY' } })],
  ['S3', 'a leg that was not asked for', withOrders(entry, profit, { ...profit, reference: `irm.r.${first}.s` })],
  [
    'S4',
    'placed after it was said not to be',
    withOrders(entry, profit, { ...entry, reference: `irm.r.${second}.e`, permId: 13, acceptedAt: 8_000 }),
  ],
  ['S5', 'told submitted with nothing there', withOrders()],
  ['S5', 'told submitted before it was', withOrders({ ...entry, acceptedAt: 1_500 }, profit)],
  [
    'S6',
    'rejected, and working',
    { ...onlyFirst, calls: [place, { ...confirm, told: { ticket: first, state: 'rejected' } }] },
  ],
  ['S7', 'sent without a confirmation', { ...good, calls: [place, status] }],
  ['S7', 'confirmed by somebody else', { ...good, calls: [place, { ...confirm, grant: 'two' }, status] }],
  ['S8', 'more orders than allowed', { ...good, limits: { ordersPerDay: 0 } }],
  ['S8', 'a larger order than allowed', { ...good, limits: { orderQuantity: 9 } }],
  ['S8', 'more notional than allowed', { ...good, limits: { notionalPerDay: 999 } }],
  ['S9', 'sent after the stop', { ...good, stops: [{ from: 1_200 }] }],
  ['S9', 'changed after the stop', { ...good, stops: [{ from: 3_250, until: 3_295 }] }],
  [
    'S10',
    'not placed, then working',
    withCalls({ ...status, about: second, told: { ticket: second, state: 'working' } }),
  ],
  [
    'S10',
    'working, then not placed',
    withCalls({ ...status, until: 9_020, told: { ticket: first, state: 'not_placed' } }),
  ],
  [
    'S11',
    'two tickets of one request',
    withCalls({ ...place, told: { ticket: 'eeeeeeeeeeeeeeee', state: 'previewed' } }),
  ],
  [
    'S11',
    'the same ticket for other terms',
    withCalls({ ...place, wanted: { e: { ...bought, quantity: 5 } }, at: 7_000, until: 7_100 }),
  ],
  [
    'S12',
    'cancelled, and working',
    withCalls({ grant: 'one', tool: 'cancel', at: 7_000, until: 7_100, about: first, told: { outcome: 'cancelled' } }),
  ],
  [
    'S12',
    'filled, and not',
    withCalls({ grant: 'one', tool: 'cancel', at: 7_000, until: 7_100, about: first, told: { outcome: 'filled' } }),
  ],
  [
    'S13',
    'more filled than was',
    { ...good, calls: [...good.calls.slice(0, -1), { ...status, told: { ...status.told, filled: 5 } }] },
  ],
  [
    'S13',
    'fills that were missed',
    { ...good, calls: [...good.calls.slice(0, -1), { ...status, told: { ...status.told, filled: 3 } }] },
  ],
  [
    'S14',
    'a change that is an order',
    withOrders(entry, profit, { ...entry, reference: `irm.r.${third}.e`, permId: 13 }),
  ],
  ['S14', 'a change that was said and not made', withOrders({ ...entry, changes: [] }, profit)],
  [
    'S14',
    'a change that was made and denied',
    { ...good, calls: [place, confirm, change, { ...changed, told: { ticket: third, state: 'not_placed' } }, status] },
  ],
  ['S15', 'an account that is not allowed', { ...good, accounts: ['DU7654321'] }],
  ['S16', 'a ticket shown to another grant', withCalls({ ...status, grant: 'two' })],
  ['L1', 'not submitted without a fault', { ...good, faults: [] }],
  [
    'L2',
    'unknown long after everything healed',
    withCalls({ ...status, until: 9_100, told: { ticket: first, state: 'unknown' } }),
  ],
  ['L3', 'a breaker on an ordinary day', { ...good, ordinary: { alarms: ['the breaker stopped trading'] } }],
  [
    'L3',
    'unknown on an ordinary day',
    { ...withCalls({ ...status, told: { ticket: first, state: 'unknown' } }), ordinary: { alarms: [] } },
  ],
];
