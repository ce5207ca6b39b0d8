import { getOrderStatus } from '../../shared/tools/get_order_status.ts';
import { getOrders } from '../../shared/tools/get_orders.ts';
import { type Act, differing, type HomeArgumentCase, type Ids, withValue } from './arguments-matter.ts';
import { ambiguous, type BadInput, bad, badInstruments, stranger, wrong } from './bad-input.ts';

/** For the cases of the tools of orders: what they share. The world stands still, and the account is one of several. */

export const account = 'DU1234567';
export const otherAccount = 'DU7654321';
/** A group of the advisor whose login it is. */
export const group = 'Everybody';
export const otherGroup = 'Halves';

const aRequest = 'the request';
let requests = 0;

/** Two calls that differ in their request id alone: by the first something was asked for before. */
export const byRequest = (base: object): readonly [object, object] =>
  differing({ ...base, client_request_id: aRequest }, 'client_request_id', 'the other request');

/** Asks once before for what a call asks for by its request id, if it has one. */
export async function askedBefore(act: Act, tool: string, args: object, ids: Ids = {}): Promise<Ids> {
  if (!('client_request_id' in args)) return ids;
  requests += 1;
  const all: Ids = { ...ids, [aRequest]: `one ${requests}`, 'the other request': `other ${requests}` };
  const named = Object.entries(args).map(([name, value]) => [name, all[String(value)] ?? value]);
  const first = { ...Object.fromEntries(named), client_request_id: all[aRequest] };
  const { ticket } = await act(tool, first);
  return { ...all, 'the first ticket': String(ticket) };
}

const groupXml = (name: string, method: string): string =>
  `<Group><name>${name}</name><defaultMethod>${method}</defaultMethod><ListOfAccts varName="list">` +
  `<Account><acct>${account}</acct></Account><Account><acct>${otherAccount}</acct></Account></ListOfAccts></Group>`;

/** Both groups, as an advisor configures them. */
export const groupsXml = `<?xml version="1.0"?><ListOfGroups>${groupXml(group, 'Equal')}${groupXml(otherGroup, 'NetLiq')}</ListOfGroups>`;

/** An order that rests, far from the market. */
export const order = { account, contract: 'AAPL', side: 'BUY', quantity: '1', type: 'LMT', limit_price: '150' };

const ticketsOf = async (act: Act) => getOrders.output.parse(await act('get_orders', { status: 'waiting' })).tickets;

/** What waits to be confirmed. */
export const waiting = async (act: Act) => (await ticketsOf(act)).map(({ summary, reference }) => [summary, reference]);

/** Takes back every ticket that waits. */
export async function withdrawAll(act: Act): Promise<Ids> {
  const tickets = await ticketsOf(act);
  await Promise.all(tickets.map(({ ticket }) => act('cancel_order', { order: ticket })));
  return {};
}

/** What is open, without what a moving market does to it. */
export async function openOrders(act: Act) {
  const { orders } = getOrders.output.parse(await act('get_orders', { limit: 200 }));
  return orders
    .map(({ order: id, account: whose, contract, quantity, type }) => ({
      account: whose,
      contract,
      quantity,
      type,
      id,
    }))
    .sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}

/** Not the order of the cases, which would be taken for a repetition. */
const rests = { ...order, quantity: '3', limit_price: '120' };

/** Orders that rest, by what the cases call them. */
const resting = {
  'the order': rests,
  'the other order': { ...rests, contract: 'MSFT' },
  'the order of the other account': { ...rests, account: otherAccount },
  'the stop': { ...rests, side: 'SELL', type: 'STP', stop_price: '150', limit_price: undefined },
  'the trail': { ...rests, side: 'SELL', type: 'TRAIL', trail_amount: '40', limit_price: undefined },
  'the trail by percent': { ...rests, side: 'SELL', type: 'TRAIL', trail_percent: '10', limit_price: undefined },
  'the trail with limit': {
    ...rests,
    side: 'SELL',
    type: 'TRAIL_LIMIT',
    trail_amount: '40',
    limit_price: undefined,
    special: { trail_stop_price: '150', limit_offset: '0.1' },
  },
  'the relative': { ...rests, type: 'REL', offset: '0.1', limit_price: '150' },
};

type Resting = keyof typeof resting;
export const everyResting = Object.keys(resting) as Resting[];

const known = new Map<Resting, string>();
let placings = 0;

/** Exactly these orders are open: what has gone is placed anew, and what is too much is cancelled. */
export async function standing(act: Act, names: readonly Resting[]): Promise<Ids> {
  const open = new Set((await openOrders(act)).map(({ id }) => id));
  const missing = names.filter((name) => !open.has(known.get(name) ?? ''));
  const wanted = new Set(names.flatMap((name) => known.get(name) ?? []));
  const surplus = [...open].filter((id) => !wanted.has(id));
  await Promise.all(surplus.map((order) => act('cancel_order', { order })));
  await Promise.all(missing.map(async (name) => known.set(name, await rested(act, name))));
  return Object.fromEntries(names.map((name) => [name, known.get(name) ?? '']));
}

/** Places an order that rests. @returns what it is called at IB */
async function rested(act: Act, name: Resting): Promise<string> {
  placings += 1;
  const { ticket } = await act('place_order', { ...resting[name], client_request_id: `${name} ${placings}` });
  // Its answer would wait for the end of the order.
  let failure: unknown;
  act('confirm_order', { ticket }).catch((error: unknown) => {
    failure = error;
  });
  for (let asked = 0; asked < 20; asked += 1) {
    const { orders } = getOrderStatus.output.parse(await act('get_order_status', { order: ticket, wait: 2 }));
    const id = orders[0]?.order ?? '';
    if (/^\d+$/.test(id)) return id;
    if (failure) throw failure;
  }
  throw new Error(`${name} was not placed.`);
}

/** Every argument of an order, each with two orders that differ in it alone. */
const { limit_price: _, ...market } = { ...order, type: 'MKT' };
const trail = { ...market, side: 'SELL', type: 'TRAIL', trail_amount: '2' };
const trailLimit = {
  ...market,
  side: 'SELL',
  type: 'TRAIL_LIMIT',
  trail_amount: '2',
  special: { trail_stop_price: '190', limit_offset: '0.1' },
};
const relative = { ...market, type: 'REL', offset: '0.02' };
const { offset: _offset, ...relativeByPercent } = { ...relative, special: { offset_percent: '0.1' } };
const profit = { ...order, take_profit: { limit_price: '160' } };
const loss = { ...order, stop_loss: { stop_price: '140' } };
const trailing = { ...order, stop_loss: { stop_price: '140', trail_amount: '10' } };
const conditional = { ...order, conditions: [{ kind: 'price', value: '200' }] };
const twice = { ...order, conditions: [...conditional.conditions, { kind: 'volume', value: '1000000' }] };
const grouped = { ...order, oca: { group: 'one' } };
const byAlgo = { ...order, algo: { strategy: 'Adaptive', parameters: { adaptivePriority: 'Normal' } } };
const { account: _account, ...anybodys } = order;
const shared = { ...anybodys, quantity: '10', allocation: { group } };
const pegBest = { ...order, type: 'PEG_BEST', special: { not_held: true, peg_best: { min_trade: '10' } } };
const pegBench = {
  ...market,
  type: 'PEG_BENCH',
  special: { peg_bench: { contract: 'MSFT', change: '0.1', reference_change: '0.2' } },
};
const coin = { ...order, contract: 'BTC.USD:CRYPTO', quantity: '0.01', limit_price: '1000' };
const upToMid = { ...pegBest, special: { not_held: true, peg_best: { compete_offset: 'mid' } } };
const option = { ...order, contract: 'AAPL 20261218 C 230', limit_price: '1' };
const { limit_price: _limit, ...byVolatility } = {
  ...option,
  type: 'VOL',
  special: { volatility: { percent: '30' } },
};

const orderChanges: readonly (readonly [path: string, base: object, value: unknown])[] = [
  ['account', order, otherAccount],
  ['contract', order, 'MSFT'],
  ['side', { ...order, limit_price: '400' }, 'SELL'],
  ['quantity', order, '2'],
  ['cash_quantity', { ...market, quantity: undefined, contract: 'EUR.USD', cash_quantity: '30000' }, '40000'],
  ['type', market, 'MTL'],
  ['limit_price', order, '151'],
  ['stop_price', { ...market, side: 'SELL', type: 'STP', stop_price: '150' }, '151'],
  ['trail_amount', trail, '3'],
  ['trail_percent', { ...trail, trail_amount: undefined, trail_percent: '2' }, '3'],
  ['offset', relative, '0.03'],
  ['tif', order, 'GTC'],
  ['good_till', { ...order, tif: 'GTD', good_till: '2026-11-27T15:00:00Z' }, '2026-11-30T15:00:00Z'],
  ['good_after', order, '2026-11-20T18:00:00Z'],
  ['outside_rth', order, true],
  ['take_profit.limit_price', profit, '161'],
  ['take_profit.tif', profit, 'DAY'],
  ['take_profit.good_till', profit, '2026-11-30T15:00:00Z'],
  ['take_profit.outside_rth', profit, true],
  ['stop_loss.stop_price', loss, '139'],
  ['stop_loss.limit_price', loss, '138'],
  ['stop_loss.trail_amount', trailing, '11'],
  ['stop_loss.trail_percent', { ...loss, stop_loss: { stop_price: '140', trail_percent: '5' } }, '6'],
  ['stop_loss.tif', loss, 'DAY'],
  ['stop_loss.good_till', loss, '2026-11-30T15:00:00Z'],
  ['stop_loss.outside_rth', loss, true],
  ['conditions.kind', conditional, 'percent_change'],
  ['conditions.contract', conditional, 'MSFT'],
  ['conditions.above', conditional, false],
  ['conditions.value', conditional, '201'],
  ['conditions.method', conditional, 'last'],
  ['conditions.join', twice, 'or'],
  ['oca.group', grouped, 'other'],
  ['oca.type', grouped, 2],
  ['algo.strategy', { ...order, algo: { strategy: 'Vwap' } }, 'Twap'],
  ['algo.parameters', byAlgo, { adaptivePriority: 'Urgent' }],
  ['allocation.group', shared, otherGroup],
  ['allocation.method', shared, 'NetLiq'],
  ['allocation.percentage', { ...shared, allocation: { group, method: 'PctChange' } }, '50'],
  ['special.trail_stop_price', trailLimit, '191'],
  ['special.limit_offset', trailLimit, '0.2'],
  ['special.offset_percent', relativeByPercent, '0.2'],
  ['special.discretionary_amount', order, '0.05'],
  ['special.all_or_none', order, true],
  ['special.min_quantity', { ...order, quantity: '10' }, '5'],
  ['special.display_size', { ...order, quantity: '200' }, '100'],
  ['special.hidden', order, true],
  ['special.not_held', order, true],
  ['special.trigger_method', { ...market, side: 'SELL', type: 'STP', stop_price: '150' }, 'last'],
  ['special.open_close', option, 'open'],
  ['special.duration_seconds', { ...coin, tif: 'MINUTES', special: { duration_seconds: '60' } }, '120'],
  ['special.conditions_ignore_rth', conditional, true],
  ['special.conditions_cancel', conditional, true],
  ['special.non_guaranteed', { ...order, contract: 'KO - IBM', limit_price: '-400' }, true],
  ['special.volatility.percent', byVolatility, '31'],
  ['special.volatility.per', byVolatility, 'day'],
  ['special.peg_best.min_trade', pegBest, '20'],
  ['special.peg_best.min_compete', pegBest, '200'],
  ['special.peg_best.compete_offset', pegBest, 'mid'],
  ['special.peg_best.mid_offset_whole', upToMid, '0.01'],
  ['special.peg_best.mid_offset_half', upToMid, '0.005'],
  ['special.peg_bench.contract', pegBench, 'KO'],
  ['special.peg_bench.decreasing', pegBench, true],
  ['special.peg_bench.change', pegBench, '0.2'],
  ['special.peg_bench.reference_change', pegBench, '0.3'],
  ['special.peg_bench.starting_price', pegBench, '180'],
  ['special.peg_bench.starting_reference', pegBench, '400'],
  ['special.peg_bench.range_lower', pegBench, '390'],
  ['special.peg_bench.range_upper', pegBench, '900'],
];

/** What is told of an order that is prepared differs with each of its arguments: a human sees all that is sent. */
export const orderArgumentsMatter = (tool: string): HomeArgumentCase => ({
  begin: async (act, args) => askedBefore(act, tool, args, await withdrawAll(act)),
  kept: waiting,
  changes: {
    ...Object.fromEntries(orderChanges.map(([path, base, value]) => [path, differing(base, path, value)])),
    client_request_id: byRequest(order),
    reference: differing(order, 'reference', 'mine'),
  },
});

/** What no order may be, beside what its schema says. */
export const badOrders: readonly BadInput[] = [
  ...badInstruments(order),
  ambiguous({ ...order, contract: 'ES:FUT' }),
  bad('an unknown account', { ...order, account: 'DU9999999' }, 'account_not_found', /Use one of|Name one/),
  bad('no account', { ...order, account: undefined }, 'invalid_arguments', /Name one: .*DU1234567/),
  stranger(order, /Known arguments/),
  wrong('a flag of approval', { ...order, confirm: true }, /Known arguments/),
  wrong('an unknown part of the protection', withValue(order, 'stop_loss.quantity', '5'), /Known arguments/),
  wrong('a size in words', { ...order, quantity: 'ten' }),
  wrong('a size below zero', { ...order, quantity: '-1' }),
  wrong('a size of nothing', { ...order, quantity: 0 }),
  wrong('a size in exponents that is no size', { ...order, quantity: '1e-7' }, /at least 0\.0001|Use /),
  wrong('a price in exponents that is no price', { ...order, limit_price: '1e-7' }, /Use 0\.01/),
  wrong('a price of another script', { ...order, limit_price: '１５０' }),
  wrong('a choice that there is not', { ...order, type: 'GUESS' }),
  wrong('a name that is too long', { ...order, client_request_id: 'x'.repeat(65) }),
  wrong('a control character', { ...grouped, oca: { group: 'a\u0007b' } }),
  wrong('a moment without a zone', { ...order, good_till: '2026-11-27 15:00' }),
  wrong('no limit for a limit order', { ...order, limit_price: undefined }, /Give limit_price/),
];
