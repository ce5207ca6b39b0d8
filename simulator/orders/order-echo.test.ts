import {
  type Order as ClientOrder,
  ConjunctionConnection,
  type Contract,
  ExecutionCondition,
  MarginCondition,
  PercentChangeCondition,
  PriceCondition,
  SecType,
  TimeCondition,
  VolumeCondition,
} from '@stoqey/ib';
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placed, type ReceivedOrder, received, receivedCompleted } from '../../test/support/simulator/client-wire.ts';
import { legsOf, listed, sampleInstant, sampleOrder, sampleZone } from '../../test/support/simulator/sample-order.ts';
import type { Order, OrderTerms } from '../exchange/model.ts';
import { createWorld } from '../world/world.ts';
import { completedOrderValues, openOrderValues, previewValues } from './order-messages.ts';

const aapl = listed('AAPL');
const msft = listed('MSFT');
const contract: Contract = {
  conId: aapl.conId,
  symbol: 'AAPL',
  secType: SecType.STK,
  exchange: 'SMART',
  currency: 'USD',
};

const roundTrip = (order: ClientOrder, subject = contract, legs = legsOf('AAPL')): ReceivedOrder =>
  received(openOrderValues(sampleOrder(placed(order, subject), legs), sampleZone));

const word = fc.stringMatching(/^[A-Za-z0-9_.-]{1,12}$/);
const price = fc.integer({ min: 1, max: 2_000_000 }).map((cents) => cents / 100);
const count = fc.integer({ min: 1, max: 1_000_000 });
const flag = fc.boolean();

/** Orders with any of the fields that a gateway sends back unchanged. */
const orders: fc.Arbitrary<ClientOrder> = fc
  .record(
    {
      action: fc.constantFrom('BUY', 'SELL'),
      orderType: fc.constantFrom('LMT', 'MKT', 'REL', 'PEG BENCH', 'VOL', 'TRAIL'),
      totalQuantity: fc.integer({ min: 1, max: 100_000_000 }).map((hundredths) => hundredths / 100),
      lmtPrice: price,
      auxPrice: price,
      tif: fc.constantFrom('DAY', 'GTC', 'IOC', 'FOK', 'OPG'),
    },
    { requiredKeys: ['action', 'orderType', 'totalQuantity'] },
  )
  .chain((basics) =>
    fc
      .record(
        {
          ocaGroup: word,
          ocaType: fc.constantFrom(1, 2, 3),
          orderRef: word,
          openClose: fc.constantFrom('O', 'C'),
          origin: fc.constantFrom(0, 1),
          parentId: count,
          blockOrder: flag,
          sweepToFill: flag,
          displaySize: count,
          triggerMethod: fc.constantFrom(0, 1, 2, 3, 4, 7, 8),
          outsideRth: flag,
          hidden: flag,
          discretionaryAmt: price,
          faGroup: word,
          faMethod: word,
          faPercentage: word,
          modelCode: word,
          shortSaleSlot: fc.constantFrom(1, 2),
          designatedLocation: word,
          rule80A: word,
          settlingFirm: word,
          allOrNone: flag,
          minQty: count,
          percentOffset: price,
          nbboPriceCap: price,
          auctionStrategy: fc.constantFrom(1, 2, 3),
          startingPrice: price,
          stockRefPrice: price,
          delta: price,
          stockRangeLower: price,
          stockRangeUpper: price,
          volatility: price,
          volatilityType: fc.constantFrom(1, 2),
          deltaNeutralOrderType: fc.constantFrom('MKT', 'LMT'),
          deltaNeutralAuxPrice: price,
          continuousUpdate: fc.constantFrom(0, 1),
          referencePriceType: fc.constantFrom(1, 2),
          trailStopPrice: price,
          trailingPercent: price,
          scaleInitLevelSize: count,
          scaleSubsLevelSize: count,
          scalePriceIncrement: price,
          scaleProfitOffset: price,
          scaleAutoReset: flag,
          hedgeType: fc.constantFrom('D', 'B', 'F', 'P'),
          hedgeParam: word,
          optOutSmartRouting: flag,
          clearingAccount: word,
          clearingIntent: fc.constantFrom('IB', 'Away', 'PTA'),
          notHeld: flag,
          algoStrategy: word,
          algoParams: fc.array(fc.record({ tag: word, value: word }), { minLength: 1, maxLength: 4 }),
          solicited: flag,
          randomizeSize: flag,
          randomizePrice: flag,
          lmtPriceOffset: price,
          cashQty: price,
          dontUseAutoPriceForHedge: flag,
          isOmsContainer: flag,
          discretionaryUpToLimitPrice: flag,
          usePriceMgmtAlgo: flag,
          duration: count,
          postToAts: count,
          autoCancelParent: flag,
          customerAccount: word,
          professionalCustomer: flag,
          includeOvernight: flag,
          extOperator: word,
          manualOrderIndicator: fc.constantFrom(0, 1),
        },
        { requiredKeys: [] },
      )
      .map((extras) => ({ ...basics, ...extras, orderId: 12, transmit: true }) as ClientOrder),
  );

/** What the gateway does not send back, and what depends on another field being there. */
const dependent: Readonly<Record<string, (order: ClientOrder) => boolean>> = {
  transmit: () => false,
  trailStopPrice: ({ orderType }) => orderType === 'TRAIL',
  hedgeParam: ({ hedgeType }) => hedgeType !== undefined,
  algoParams: ({ algoStrategy }) => algoStrategy !== undefined,
  scaleProfitOffset: ({ scalePriceIncrement }) => scalePriceIncrement !== undefined,
  scaleAutoReset: ({ scalePriceIncrement }) => scalePriceIncrement !== undefined,
};

describe('an open order', () => {
  it('says every field as the client set it', () => {
    fc.assert(
      fc.property(orders, (sent) => {
        const { order } = roundTrip(sent);
        for (const [name, value] of Object.entries(sent)) {
          if (dependent[name]?.(sent) === false) continue;
          expect(order[name as keyof ClientOrder], name).toEqual(value);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('says who owns it, what it is for and how it stands', () => {
    const {
      contract: subject,
      order,
      state,
    } = roundTrip({ orderId: 12, action: 'BUY', orderType: 'MKT', totalQuantity: 5 } as ClientOrder);
    expect(subject).toMatchObject({
      conId: 265598,
      symbol: 'AAPL',
      secType: 'STK',
      exchange: 'SMART',
      tradingClass: 'NMS',
    });
    expect(order).toMatchObject({
      orderId: 12,
      clientId: 7,
      permId: 1_377_295_418,
      account: 'DU1',
      tif: 'DAY',
      ocaType: 3,
    });
    expect(state).toMatchObject({ status: 'Submitted', initMarginBefore: undefined, commission: undefined });
  });

  it('has its conditions, of every kind', () => {
    const { AND, OR } = ConjunctionConnection;
    const conditions = [
      new PriceCondition(150.5, 2, aapl.conId, 'SMART', true, AND),
      new TimeCondition('20261231 12:00:00 US/Eastern', true, OR),
      new MarginCondition(30, false, AND),
      new ExecutionCondition('SMART', SecType.STK, 'MSFT', AND),
      new VolumeCondition(100_000, aapl.conId, 'SMART', true, OR),
      new PercentChangeCondition(5.5, aapl.conId, 'SMART', false, AND),
    ];
    const flags = { conditionsIgnoreRth: true, conditionsCancelOrder: true };
    const { order } = roundTrip({
      orderId: 1,
      action: 'BUY',
      orderType: 'MKT',
      totalQuantity: 1,
      conditions,
      ...flags,
    } as ClientOrder);
    expect(order).toMatchObject(flags);
    expect(order.conditions).toEqual(conditions);
  });

  it('of a combination names its legs', () => {
    const legs: OrderTerms['legs'] = [
      { instrument: aapl, ratio: 1, side: 'BUY', exchange: 'SMART' },
      { instrument: msft, ratio: 2, side: 'SELL', exchange: 'SMART' },
    ];
    const comboLegs = [
      { conId: aapl.conId, ratio: 1, action: 'BUY', exchange: 'SMART' },
      { conId: msft.conId, ratio: 2, action: 'SELL', exchange: 'SMART' },
    ];
    const combo = { symbol: 'AAPL,MSFT', secType: 'BAG', exchange: 'SMART', currency: 'USD', comboLegs } as Contract;
    const sent = {
      orderId: 1,
      action: 'BUY',
      orderType: 'LMT',
      lmtPrice: -3.5,
      totalQuantity: 1,
      orderComboLegs: [{ price: 1.5 }, { price: undefined }],
      smartComboRoutingParams: [{ tag: 'NonGuaranteed', value: '1' }],
    } as ClientOrder;
    const { contract: subject, order } = roundTrip(sent, combo, legs);
    expect(subject).toMatchObject({ secType: 'BAG', symbol: 'AAPL,MSFT', comboLegs });
    expect(subject.comboLegsDescription).toBe(`${aapl.conId}|1,${msft.conId}|-2`);
    expect(order).toMatchObject({
      lmtPrice: -3.5,
      orderComboLegs: [{ price: 1.5 }, { price: undefined }],
      smartComboRoutingParams: sent.smartComboRoutingParams,
    });
  });

  it('has its times in the zone of the gateway', () => {
    const sent = {
      orderId: 1,
      action: 'BUY',
      orderType: 'LMT',
      lmtPrice: 1,
      totalQuantity: 1,
      tif: 'GTD',
      goodTillDate: '20261231-20:59:59',
      goodAfterTime: '20261201 10:00:00 US/Central',
    };
    expect(roundTrip(sent as ClientOrder).order).toMatchObject({
      goodTillDate: '20261231 15:59:59 US/Eastern',
      goodAfterTime: '20261201 11:00:00 US/Eastern',
    });
  });

  it('with a stop says where that is, also when the client sends back an older one', () => {
    const stop = { orderId: 1, action: 'SELL', orderType: 'STP', auxPrice: 9, totalQuantity: 1 } as ClientOrder;
    expect(roundTrip(stop).order.trailStopPrice).toBe(9);
    expect(roundTrip({ ...roundTrip(stop).order, auxPrice: 8 }).order.trailStopPrice).toBe(8);
    const trail = sampleOrder(placed({ ...stop, orderType: 'TRAIL', trailStopPrice: 7 } as ClientOrder, contract));
    expect(received(openOrderValues({ ...trail, trailStopPrice: 7.5 }, sampleZone)).order.trailStopPrice).toBe(7.5);
  });

  it('that is sent back unchanged stays as it is', () => {
    fc.assert(
      fc.property(orders, (sent) => {
        const once = roundTrip(sent).order;
        const twice = roundTrip({ ...once, transmit: true }).order;
        expect(twice).toEqual(once);
      }),
      { numRuns: 50 },
    );
  });

  it('of a bracket is in a group named after its parent', () => {
    const child = sampleOrder(
      placed(
        { orderId: 2, action: 'SELL', orderType: 'LMT', lmtPrice: 2, totalQuantity: 1, parentId: 1 } as ClientOrder,
        contract,
      ),
    );
    expect(received(openOrderValues({ ...child, parentPermId: 99 }, sampleZone)).order.ocaGroup).toBe('99');
  });

  it('that is filled says what it cost', () => {
    const order = sampleOrder(
      placed({ orderId: 2, action: 'SELL', orderType: 'MKT', totalQuantity: 1 } as ClientOrder, contract),
    );
    const { state } = received(openOrderValues({ ...order, commission: new Decimal('1.0003') }, sampleZone));
    expect(state).toMatchObject({ commission: 1.0003, commissionCurrency: 'USD' });
  });

  it('entered by hand belongs to client 0 and has no id', () => {
    const terms = { ...sampleOrder().terms, outsideRth: true, orderRef: 'mine' };
    const order = {
      ...sampleOrder({ values: { action: 'SELL', orderType: 'MKT', totalQuantity: '1' }, rows: {} }),
      terms,
    };
    const { order: seen } = received(openOrderValues({ ...order, owner: { clientId: -1, orderId: 0 } }, sampleZone));
    expect(seen).toMatchObject({ clientId: 0, orderId: 0, action: 'SELL', outsideRth: true, orderRef: 'mine' });
  });
});

describe('a completed order', () => {
  /** What the message has no place for. */
  const absent =
    'orderId transmit parentId nbboPriceCap blockOrder auctionStrategy optOutSmartRouting usePriceMgmtAlgo duration postToAts extOperator manualOrderIndicator includeOvernight discretionaryUpToLimitPrice'.split(
      ' ',
    );
  const world = createWorld({
    seed: 1,
    accounts: ['DU1'],
    clock: () => new Date(sampleInstant),
    enforcePacing: false,
  });

  it('says every field that it has a place for as the client set it', () => {
    fc.assert(
      fc.property(orders, (sent) => {
        const { order } = receivedCompleted(completedOrderValues(sampleOrder(placed(sent, contract)), world));
        for (const [name, value] of Object.entries(sent)) {
          if (absent.includes(name) || dependent[name]?.(sent) === false) continue;
          expect(order[name as keyof ClientOrder], name).toEqual(value);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('says when and how it ended', () => {
    const ended: Order = {
      ...sampleOrder(),
      status: 'Filled',
      filled: new Decimal(100),
      completedAt: sampleInstant,
      completedStatus: 'Filled Size: 100',
    };
    const { contract: subject, order, state } = receivedCompleted(completedOrderValues(ended, world));
    expect(subject).toMatchObject({ conId: aapl.conId, symbol: 'AAPL' });
    expect(order).toMatchObject({ permId: ended.permId, filledQuantity: 100, totalQuantity: 100 });
    expect(state).toMatchObject({
      status: 'Filled',
      completedTime: '20261120 12:00:00 US/Eastern',
      completedStatus: 'Filled Size: 100',
    });
  });
});

describe('the answer to a what-if', () => {
  it('has margins before and after with their difference, commission, and no more', () => {
    const order = sampleOrder(
      placed({ orderId: 2, action: 'BUY', orderType: 'MKT', totalQuantity: 1, whatIf: true } as ClientOrder, contract),
    );
    const preview = {
      permId: 77,
      initialMarginBefore: new Decimal('1000.1'),
      maintenanceMarginBefore: new Decimal(900),
      equityWithLoanBefore: new Decimal('123456789.5'),
      initialMarginAfter: new Decimal('1100.35'),
      maintenanceMarginAfter: new Decimal(990),
      equityWithLoanAfter: new Decimal('123456788.5'),
      commission: new Decimal('1.0003'),
      commissionCurrency: 'USD',
      warning: 'careful',
    };
    const { order: seen, state } = received(
      previewValues({ ...order, status: 'PreSubmitted' }, preview, 'USD', sampleZone),
    );
    expect(seen.whatIf).toBe(true);
    expect(state).toMatchObject({
      status: 'PreSubmitted',
      initMarginBefore: 1000.1,
      initMarginChange: 100.25,
      initMarginAfter: 1100.35,
      maintMarginChange: 90,
      equityWithLoanBefore: 123456789.5,
      equityWithLoanChange: -1,
      commission: 1.0003,
      commissionCurrency: 'USD',
      warningText: 'careful',
    });
  });
});
