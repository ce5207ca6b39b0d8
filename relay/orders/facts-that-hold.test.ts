import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OrderContract, PlannedPlacement, Side } from '../../shared/orders/order.ts';
import { judge } from '../../shared/orders/policy.ts';
import type { Policy } from '../../shared/orders/policy-fields.ts';
import { factsThatHold } from './facts-that-hold.ts';
import type { SendFacts } from './model.ts';
import { live, newOrderLife, type OrderFact } from './order-life.ts';
import type { TraderTicket } from './state.ts';

const stock: OrderContract = { conId: 1, secType: 'STK', symbol: 'X', exchange: 'SMART', currency: 'USD', name: 'X' };
const other: OrderContract = { ...stock, conId: 2, symbol: 'Y', name: 'Y' };
const option: OrderContract = { ...stock, conId: 3, secType: 'OPT' };

const order = (side: Side, quantity = '100', contract = stock): PlannedPlacement => ({
  version: 1,
  kind: 'place',
  contract,
  entry: { account: 'DU1', side, quantity, type: 'MKT', tif: 'DAY', outsideRth: false },
});

const sale: SendFacts = {
  at: 1_000,
  measures: {
    account: 'DU1',
    secType: 'STK',
    symbol: 'X',
    currency: 'USD',
    side: 'SELL',
    quantity: 100,
    notional: 5_000,
    positionPercent: 10,
    borrowingPercent: 0,
    reduces: true,
    short: false,
    uncoveredOption: false,
  },
  uses: { notional: '0', orders: 0, quantity: '100', loss: '7' },
  rates: { USD: '1' },
  members: ['DU1', 'DU2'],
};

const shown: OrderFact = { type: 'open', permId: 9, status: 'Submitted', held: '' };

const taken = (
  planned: PlannedPlacement,
  facts: readonly OrderFact[],
  changes: Partial<TraderTicket> = {},
): TraderTicket => ({
  ticket: 'other',
  hash: '',
  account: 'DU1',
  order: planned,
  clientId: 7,
  session: 's',
  at: 0,
  gatewayAt: 500,
  legs: [
    {
      leg: 'entry',
      orderId: 1,
      parentId: 0,
      orderRef: '',
      terms: planned.entry,
      life: facts.reduce(live, newOrderLife(planned.entry.quantity, false)),
      compared: true,
      changedAt: 0,
    },
  ],
  state: 'submitted',
  warnings: [],
  revision: 1,
  silent: false,
  upstreamLost: false,
  restarted: false,
  ...changes,
});

const held = (facts: SendFacts | undefined, beside: readonly TraderTicket[], planned = order('SELL')) =>
  factsThatHold(
    {
      active: new Map(beside.map((each) => [each.ticket, each])),
      ended: new Map(),
      recent: beside.map((each) => each.ticket),
    },
    { ticket: 'this', account: 'DU1' },
    planned,
    facts,
  );

const refused = (policy: Policy, facts: SendFacts | undefined): boolean =>
  facts === undefined ||
  judge(policy, 'relay', facts.measures, facts.uses, { notional: '0', orders: 0, quantity: '0', loss: '0' }).some(
    ({ pass }) => !pass,
  );

describe('what was found out before an order leaves', () => {
  it('holds while nothing of ours left since, and all that is open was shown', () => {
    expect(held(sale, [])).toBe(sale);
    expect(held(sale, [taken(order('SELL'), [shown])])).toBe(sale);
    expect(held(undefined, [taken(order('SELL'), [])])).toBeUndefined();
  });

  it.each<[string, TraderTicket]>([
    ['left since', taken(order('SELL'), [shown], { gatewayAt: 1_001 })],
    ['was not shown yet', taken(order('SELL'), [])],
    [
      'was filled since',
      taken(order('SELL'), [
        shown,
        {
          type: 'execution',
          execution: {
            orderId: 1,
            clientId: 7,
            permId: 9,
            execId: '1.01',
            account: 'DU1',
            orderRef: '',
            conId: 1,
            combination: false,
            side: 'SELL',
            quantity: '10',
            price: '1',
            at: 1_000,
          },
        },
      ]),
    ],
  ])('says no more that it reduces the position when another sale of it %s', (_, beside) => {
    const facts = held(sale, [beside]);
    expect(facts?.measures).toMatchObject({ reduces: false, short: true, uncoveredOption: false });
    expect(facts?.measures.positionPercent).toBeUndefined();
    expect(facts?.uses).toEqual({ notional: '5000', orders: 1, quantity: '100', loss: '7' });
    expect(facts).toMatchObject({ at: 1_000, rates: { USD: '1' }, members: ['DU1', 'DU2'] });
    for (const policy of [
      { closeOnly: true },
      { noShort: true },
      { maxPositionPercent: 50 },
      { maxDayNotional: 4_999 },
    ]) {
      expect(refused(policy, facts), JSON.stringify(policy)).toBe(true);
      expect(refused(policy, sale), JSON.stringify(policy)).toBe(false);
    }
  });

  it('sees the leg of a combination beside the same contract, and an option as uncovered', () => {
    const combination: OrderContract = {
      ...stock,
      conId: 0,
      secType: 'BAG',
      legs: [
        { conId: 3, ratio: 1, side: 'BUY', exchange: 'SMART', name: 'c', secType: 'OPT', symbol: 'X', currency: 'USD' },
        {
          conId: 4,
          ratio: 1,
          side: 'SELL',
          exchange: 'SMART',
          name: 'd',
          secType: 'OPT',
          symbol: 'X',
          currency: 'USD',
        },
      ],
    };
    const beside = taken(order('SELL', '1', option), []);
    expect(held(sale, [beside], order('SELL', '1', combination))?.measures.uncoveredOption).toBe(true);
    expect(held(sale, [beside], order('BUY', '1', combination))?.measures.reduces).toBe(true);
  });

  it('leaves alone what another instrument, side or account has to do with, but for the money that is borrowed', () => {
    for (const beside of [taken(order('SELL', '100', other), []), taken(order('BUY'), [])]) {
      const facts = held(sale, [beside]);
      expect(facts?.measures).toMatchObject({ reduces: true, positionPercent: 10 });
      expect(facts?.measures.borrowingPercent).toBeUndefined();
    }
    expect(held(sale, [taken(order('SELL'), [], { account: 'DU2' })])).toBe(sale);
    expect(held(sale, [taken(order('SELL'), [], { state: 'not_placed' })])).toBe(sale);
  });

  it('never lets sales through a close-only policy that together are more than the position', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 6 });
    // When each was asked about, as a number of orders that the gateway had shown by then.
    const lags = fc.array(fc.nat(6), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(sizes, lags, (wanted, behind) => {
        const position = 100;
        const sent: TraderTicket[] = [];
        for (const [index, size] of wanted.entries()) {
          const known = Math.max(0, sent.length - (behind[index] ?? 0));
          const working = sent
            .slice(0, known)
            .reduce((sum, { order: one }) => sum + Number(one?.kind === 'place' ? one.entry.quantity : 0), 0);
          const at = 1_000 + known * 10;
          const facts = {
            ...sale,
            at,
            measures: { ...sale.measures, quantity: size, reduces: working + size <= position },
          };
          const visible = sent.map((each, place) =>
            place < known
              ? each
              : { ...each, legs: each.legs.map((leg) => ({ ...leg, life: newOrderLife('1', false) })) },
          );
          if (refused({ closeOnly: true }, held(facts, visible, order('SELL', String(size))))) continue;
          const gatewayAt = 1_000 + sent.length * 10 + 5;
          sent.push(taken(order('SELL', String(size)), [shown], { ticket: `t${index}`, gatewayAt }));
        }
        const total = sent.reduce(
          (sum, { order: one }) => sum + Number(one?.kind === 'place' ? one.entry.quantity : 0),
          0,
        );
        expect(total).toBeLessThanOrEqual(position);
      }),
    );
  });
});
