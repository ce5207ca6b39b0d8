import { type Contract, type Execution, type Order, OrderType } from '@stoqey/ib';
import { Decimal } from 'decimal.js';
import { describe, expect, it } from 'vitest';
import { canonicalText, readCanonical } from '../../../shared/orders/canonical.ts';
import type { Order as HeldOrder } from '../../../simulator/exchange/model.ts';
import { completedOrderValues, executionValues, openOrderValues } from '../../../simulator/orders/order-messages.ts';
import { createWorld } from '../../../simulator/world/world.ts';
import {
  placed,
  type ReceivedOrder,
  received,
  receivedCompleted,
} from '../../../test/support/simulator/client-wire.ts';
import {
  legsOf,
  listed,
  sampleExecution,
  sampleInstant,
  sampleOrder,
  sampleZone,
} from '../../../test/support/simulator/sample-order.ts';
import { withoutProfile } from '../connection/completed-profile.ts';
import { completedOrder, seenExecution, seenOrder } from './decode.ts';
import { combination, merged, type OrderCase, orderCases, plainTerms, stock, termsOf } from './encode.cases.ts';
import { encodeOrder } from './encode.ts';

const orderRef = 'irm.r1.abcdefgh12345678.e';
const zone = 'America/New_York';

/** The order as the test exchange holds it after it was encoded and read there. */
function held({ contract = stock, ...one }: OrderCase, version = 193, parentId = 0): HeldOrder {
  const { ocaGroup } = one;
  const ids = { orderId: 12, parentId, transmit: true, orderRef, ...(ocaGroup === undefined ? {} : { ocaGroup }) };
  const [, , subject, order] = encodeOrder({ ...ids, contract, terms: termsOf(one) }, version);
  const wire = placed({ ...(order as Order), orderId: 12 }, subject as Contract, version);
  const legs = (contract.legs ?? []).map(({ ratio, side, symbol, exchange }) => ({
    instrument: listed(symbol),
    ...{ ratio, side, exchange },
  }));
  const [first, ...others] = legs;
  return sampleOrder(wire, first ? [first, ...others] : legsOf('AAPL'));
}

const read = ({ contract, order, state }: ReceivedOrder, orderId = 12) =>
  seenOrder({ orderId, contract, order, status: state.status ?? '' }, zone);

const known = Object.entries<OrderCase>(orderCases).filter(([, { unknownToSimulator }]) => !unknownToSimulator);

describe('an open order, as the gateway shows it', () => {
  it.each(
    known.flatMap(([name, one]) =>
      [176, 187, 193].filter((version) => version >= (one.since ?? 0)).map((version) => ({ name, version, one })),
    ),
  )('has the terms that were planned: $name at $version', ({ one, version }) => {
    const seen = read(received(openOrderValues(held(one, version), sampleZone), version));
    expect(seen.terms).toEqual(merged(termsOf(one), one.seen ?? {}));
    expect(seen).toMatchObject({ orderId: 12, clientId: 7, permId: 1_377_295_418, orderRef, status: 'Submitted' });
  });

  it('is an order that can be planned and sent again', () => {
    // The test exchange loses what stands for the midpoint.
    for (const [name, one] of known.filter(([name]) => name !== 'PEG_BEST up to the midpoint')) {
      const { contract, terms } = read(received(openOrderValues(held(one), sampleZone)));
      const { allocation: _, ...rest } = terms;
      const legs = contract.legs?.map((leg) => ({ ...leg, secType: 'STK' }));
      const again = {
        version: 1,
        kind: 'place',
        contract: { ...contract, ...(legs ? { legs } : {}) },
        entry: terms.allocation ? terms : rest,
      } as const;
      // Names of groups on the wire are longer than a person's.
      if (!terms.oca) expect(readCanonical(canonicalText(again)), name).toEqual(again);
      const ids = { orderId: 12, parentId: 0, transmit: true, orderRef };
      const { oca, ...bare } = again.entry;
      expect(() => encodeOrder({ ...ids, contract: again.contract, terms: bare }, 193), name).not.toThrow();
    }
  });

  it('names its contract', () => {
    const { contract } = read(received(openOrderValues(held({ terms: {}, wire: {} }), sampleZone)));
    expect(contract).toMatchObject({
      conId: 265598,
      secType: 'STK',
      symbol: 'AAPL',
      exchange: 'SMART',
      currency: 'USD',
    });
    expect(contract.legs).toBeUndefined();
  });

  it('names the legs of a combination, whatever id IB gives the whole', () => {
    const { contract } = read(
      received(openOrderValues(held({ contract: combination, terms: {}, wire: {} }), sampleZone)),
    );
    expect(contract).toMatchObject({ conId: 0, secType: 'BAG', exchange: 'SMART' });
    expect(contract.legs).toMatchObject([
      { conId: 265598, ratio: 1, side: 'BUY', exchange: 'SMART' },
      { conId: 272093, ratio: 2, side: 'SELL', exchange: 'SMART' },
    ]);
  });

  it('of a combination at prices of its legs keeps them, and has no limit of its own', () => {
    const byLegs = orderCases['a combination at prices of its legs'];
    const { contract, terms } = read(received(openOrderValues(held(byLegs), sampleZone)));
    expect(contract.legs?.map(({ price }) => price)).toEqual(['150', undefined]);
    expect(terms.limitPrice).toBeUndefined();
  });

  it('of a bracket names its parent, and keeps the group that IB gave it out of its terms', () => {
    const order = { ...held({ terms: {}, wire: {} }, 193, 11), parentPermId: 77 };
    const seen = read(received(openOrderValues(order, sampleZone)));
    expect(seen).toMatchObject({ parentId: 11, ocaGroup: '77' });
    expect(seen.terms).toEqual(plainTerms);
  });

  const bare: Order = { orderType: OrderType.LMT, lmtPrice: 1, totalQuantity: 5, account: 'DU1' } as Order;
  const terms = (order: Partial<Order>, contract: Contract = { secType: 'STK' } as Contract) =>
    seenOrder({ orderId: 0, contract, order: { ...bare, ...order } as Order, status: 'Submitted' }, zone).terms;

  it('has nothing where IB says that there is nothing', () => {
    const unset = Number.MAX_VALUE;
    const noNumber = {
      auxPrice: unset,
      trailStopPrice: unset,
      minQty: 2_147_483_647,
      displaySize: 2_147_483_647,
      cashQty: unset,
      percentOffset: unset,
      volatility: unset,
      duration: 2_147_483_647,
      goodTillDate: '',
      discretionaryAmt: 0,
      faGroup: '',
      algoStrategy: '',
    };
    const plain = { account: 'DU1', side: 'BUY', quantity: '5', type: 'LMT', limitPrice: '1', tif: 'DAY' };
    expect(terms(noNumber)).toEqual({ ...plain, outsideRth: false });
  });

  it('keeps a price of 0 where it is one, and not where it stands for none', () => {
    expect(terms({ lmtPrice: 0 }).limitPrice).toBe('0');
    for (const orderType of ['REL', 'PEG MID', 'MIDPRICE', 'MKT', 'STP', 'MTL', 'SNAP MKT', 'TRAIL']) {
      expect(terms({ orderType: orderType as OrderType, lmtPrice: 0 }).limitPrice, orderType).toBeUndefined();
    }
  });

  it.each([
    ['STPLMT', 'DAY', 'STP_LMT'],
    ['stp lmt', 'GTC', 'STP_LMT'],
    ['PEGMID', 'DAY', 'PEG_MID'],
    ['MKT', 'OPG', 'MOO'],
    ['LMT', 'OPG', 'LOO'],
    ['MTL', 'AUC', 'AUCTION'],
    ['BOX TOP', 'DAY', 'BOX TOP'],
  ])('of type %s for %s is a %s', (orderType, tif, type) => {
    expect(terms({ orderType: orderType as OrderType, tif: tif as Order['tif'] & string }).type).toBe(type);
  });

  it.each([
    ['20261127 09:00:00 US/Eastern', '2026-11-27T14:00:00Z'],
    ['20261127-14:00:00', '2026-11-27T14:00:00Z'],
    ['20261127 14:00:00 UTC', '2026-11-27T14:00:00Z'],
    ['20261127 09:00:00', '2026-11-27T14:00:00Z'],
    ['20261127  15:00:00 Europe/Berlin', '2026-11-27T14:00:00Z'],
    ['soon', undefined],
  ])('good till %s is good till %s', (goodTillDate, instant) => {
    expect(terms({ tif: 'GTD', goodTillDate }).goodTill).toBe(instant);
  });

  it('entered by hand belongs to nobody', () => {
    const order = { orderType: OrderType.MKT, action: 'SELL' } as Order;
    const seen = seenOrder({ orderId: -3, contract: {}, order, status: 'PreSubmitted' }, undefined);
    expect(seen).toMatchObject({ orderId: -3, clientId: -1, permId: 0, account: '', orderRef: '' });
    expect(seen.terms).toMatchObject({ side: 'SELL', type: 'MKT' });
  });
});

const world = createWorld({
  seed: 1,
  accounts: ['DU1'],
  clock: () => new Date(sampleInstant),
  enforcePacing: false,
});

describe('an order that ended today', () => {
  it.each(
    known
      .filter(([, { contract }]) => !contract || contract.legs)
      .flatMap(([name, one]) => [176, 177, 193].map((version) => ({ name, version, one })))
      .filter(({ version, one: { since = 0 } }) => version >= since),
  )('has the terms that were planned: $name at $version', ({ one, version }) => {
    const order = {
      ...held(one, version),
      status: 'Filled' as const,
      filled: new Decimal(100),
      completedStatus: 'Filled Size: 100',
    };
    const {
      contract,
      order: told,
      state,
    } = receivedCompleted(completedOrderValues(order, world), version, (tokens) => withoutProfile(tokens, version));
    const { status = '', completedStatus = '' } = state;
    const seen = completedOrder({ contract, order: told, status, completedStatus }, zone);
    // What this message does not say.
    const { durationSeconds: _seconds, ...terms } = merged(termsOf(one), one.seen ?? {});
    if (one.terms.tif !== 'OVERNIGHT_DAY') expect(seen.terms).toEqual(terms);
    expect(seen).toMatchObject({ orderId: 0, clientId: -1, permId: 1_377_295_418, orderRef });
    expect(seen.completed).toEqual({ status: 'Filled Size: 100', filled: '100' });
  });
});

describe('a fill', () => {
  const order = held({ terms: { side: 'SELL' }, wire: {} });

  it('is read with its numbers in digits', () => {
    const fill = sampleExecution(order);
    const values = executionValues(-1, fill, order, world);
    const told: Execution = {
      ...{
        execId: fill.execId,
        acctNumber: 'DU1',
        side: 'SLD',
        permId: order.permId,
        orderId: 12,
        clientId: 7,
        orderRef,
      },
      ...{ shares: 0.0000001, price: 150.1 },
    };
    expect(values.side).toBe('SLD');
    expect(seenExecution({ conId: 265598, secType: 'STK' } as Contract, told, 1_000)).toEqual({
      ...{ orderId: 12, clientId: 7, permId: 1_377_295_418, execId: fill.execId, account: 'DU1', orderRef },
      ...{ conId: 265598, combination: false, side: 'SELL', quantity: '0.0000001', price: '150.1', at: 1_000 },
    });
  });

  it.each([
    ['BOT', 'BUY'],
    ['BUY', 'BUY'],
    ['SLD', 'SELL'],
    ['SELL', 'SELL'],
  ])('whose side is %s is a %s', (side, ours) => {
    expect(seenExecution({}, { side }, 0).side).toBe(ours);
  });

  it('of a whole combination is told from those of its legs', () => {
    expect(seenExecution({ secType: 'BAG' } as Contract, { side: 'BOT' }, 0).combination).toBe(true);
  });
});
