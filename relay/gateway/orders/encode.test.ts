import type { Order } from '@stoqey/ib';
import type { Encoder } from '@stoqey/ib/dist/core/io/encoder.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalText } from '../../../shared/orders/decimal-text.ts';
import { type OrderTerms, orderTypes, timesInForce } from '../../../shared/orders/order.ts';
import { decodeFields } from '../../../simulator/protocol/codec.ts';
import { clientRequests } from '../../../simulator/protocol/requests.ts';
import { sentBy } from '../../../test/support/simulator/client-wire.ts';
import type { ActingMessage } from '../connection/faces.ts';
import {
  combination,
  merged,
  type OrderCase,
  option,
  orderCases,
  plainTerms,
  plainWire,
  stock,
  termsOf,
} from './encode.cases.ts';
import { encodeOrder, encodeWhatIf, isWhatIf, type OrderToSend } from './encode.ts';
import { encodeCancel, encodeCancelEverything, encodeExercise } from './encode-ending.ts';

const versions = [176, 178, 187, 189, 190, 192, 193];
const orderRef = 'irm.r1.abcdefgh12345678.e';
const cases: readonly (readonly [name: string, OrderCase])[] = Object.entries(orderCases);

function toSend({ contract = stock, ...one }: OrderCase): OrderToSend {
  const { ocaGroup } = one;
  const ids = { orderId: 12, parentId: 0, transmit: true, orderRef };
  return { ...ids, contract, terms: termsOf(one), ...(ocaGroup === undefined ? {} : { ocaGroup }) };
}

/** What the library puts on the wire for a message, at a server version. */
function frameOf([name, ...args]: ActingMessage, version: number): string[] {
  return sentBy((encoder) => {
    const send = encoder[name as keyof Encoder] as unknown as (...given: readonly unknown[]) => void;
    send.apply(encoder, args);
  }, version);
}

/** The fields of a placeOrder frame by name, of which those that are empty are left out. */
function fieldsOf(message: ActingMessage, version: number) {
  const { values, rows } = decodeFields(clientRequests.placeOrder, frameOf(message, version), version);
  const said = Object.entries(values).filter(([, text]) => text !== '');
  const lists = Object.entries(rows).map(([name, entries]) => [name, entries.map((row) => row.values)]);
  return { values: Object.fromEntries(said), rows: Object.fromEntries(lists) };
}

describe('an order on the wire', () => {
  it.each(
    cases.flatMap(([name, one]) =>
      versions.filter((version) => version >= (one.since ?? 0)).map((version) => ({ name, version, one })),
    ),
  )('is what was planned, field by field: $name at $version', ({ one, version }) => {
    const wire = Object.entries({ ...plainWire, ...one.wire }).filter(([, text]) => text !== '');
    const expected = {
      ...Object.fromEntries(wire),
      // A field of these versions alone, for which the library has a value of its own.
      ...(version >= 187 && version < 190 ? { rfqManualOrderIndicator: '2147483647' } : {}),
    };
    const { values, rows } = fieldsOf(encodeOrder(toSend(one), version), version);
    expect(values).toEqual(expected);
    expect(rows).toEqual({ conditions: [], ...one.rows });
  });

  it.each(cases.filter(([, { since = 0 }]) => since > 176))('is refused where it cannot be said: %s', (_, one) => {
    for (const version of versions.filter((each) => each < (one.since ?? 0))) {
      expect(() => encodeOrder(toSend(one), version)).toThrow(/cannot be said to this IB Gateway/);
    }
  });

  it('has a case for every member of an order’s terms, every type and every time in force', () => {
    const seen = cases.map(([, one]) => termsOf(one));
    // Written out, so that a new member does not compile before it stands here.
    const members: Record<keyof OrderTerms, true> = {
      account: true,
      allocation: true,
      side: true,
      quantity: true,
      cashQuantity: true,
      type: true,
      limitPrice: true,
      stopPrice: true,
      trailingAmount: true,
      trailingPercent: true,
      trailStopPrice: true,
      limitOffset: true,
      offset: true,
      offsetPercent: true,
      discretionaryAmount: true,
      volatility: true,
      pegBest: true,
      pegBench: true,
      tif: true,
      goodTill: true,
      goodAfter: true,
      durationSeconds: true,
      outsideRth: true,
      allOrNone: true,
      minQuantity: true,
      displaySize: true,
      hidden: true,
      notHeld: true,
      triggerMethod: true,
      oca: true,
      algo: true,
      conditions: true,
      conditionsIgnoreRth: true,
      conditionsCancel: true,
      openClose: true,
      nonGuaranteed: true,
    };
    expect(new Set(seen.flatMap((terms) => Object.keys(terms)))).toEqual(new Set(Object.keys(members)));
    expect(new Set(seen.map(({ type }) => type))).toEqual(new Set(orderTypes));
    expect(new Set(seen.map(({ tif }) => tif))).toEqual(new Set(timesInForce));
  });

  it('waits at the gateway as a child of another one', () => {
    const child = { ...toSend({ terms: {}, wire: {} }), parentId: 11, transmit: false };
    expect(fieldsOf(encodeOrder(child, 193), 193).values).toMatchObject({ parentId: '11', transmit: '0' });
  });

  it('says every number in plain digits, as it was given', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 15n }), fc.integer({ min: 0, max: 10 }), (digits, scale) => {
        const text = decimalText(`${digits}e-${scale}`);
        if (text === undefined) return;
        const terms = merged(plainTerms, { quantity: text, limitPrice: `-${text}` });
        const { values } = fieldsOf(encodeOrder({ ...toSend({ terms: {}, wire: {} }), terms }, 193), 193);
        expect(values).toMatchObject({ totalQuantity: text, lmtPrice: `-${text}` });
        expect(text).toMatch(/^\d+(\.\d+)?$/);
      }),
    );
  });
});

type Refused = readonly [why: string, message: RegExp, terms: OrderCase['terms'], contract?: OrderToSend['contract']];

const refused: readonly Refused[] = [
  ['a size and money', /amount of money/, { cashQuantity: '100' }],
  ['neither size nor money', /amount of money/, { quantity: undefined }],
  ['no account', /account and a group/, { account: undefined }],
  ['an account and a group', /account and a group/, { allocation: { group: 'All' } }],
  ['a limit at the market', /MKT order has no limit_price/, { type: 'MKT' }],
  ['a stop of a limit order', /LMT order has no stop_price/, { stopPrice: '140' }],
  ['a trail of a limit order', /no trailing_amount/, { trailingAmount: '1' }],
  [
    'a trailing percentage of a stop',
    /no trailing_percent/,
    { type: 'STP', limitPrice: undefined, trailingPercent: '1' },
  ],
  ['a trail stop of a limit order', /no trail_stop_price/, { trailStopPrice: '1' }],
  ['a limit offset of a limit order', /no limit_offset/, { limitOffset: '1' }],
  ['an offset of a limit order', /no offset/, { offset: '1' }],
  ['an offset percentage of a limit order', /no offset_percent/, { offsetPercent: '1' }],
  ['volatility of a limit order', /no volatility/, { volatility: { percent: '1', per: 'day' } }],
  ['terms of PEG_BEST of a limit order', /no peg_best/, { pegBest: { minCompeteSize: 1 } }],
  [
    'two limits of a trailing order',
    /limit and an offset/,
    { type: 'TRAIL_LIMIT', trailingAmount: '1', limitOffset: '0.1' },
  ],
  [
    'two ways to trail',
    /trailing amount and a percentage/,
    { type: 'TRAIL', limitPrice: undefined, trailingAmount: '1', trailingPercent: '1' },
  ],
  ['no way to trail', /trailing amount and a percentage/, { type: 'TRAIL', limitPrice: undefined }],
  ['MOO for the day', /time in force/, { type: 'MOO', limitPrice: undefined }],
  ['a limit order for OPG, which is LOO', /time in force/, { tif: 'OPG' }],
  ['AUCTION for the day, which is MTL', /time in force/, { type: 'AUCTION' }],
  ['MTL for AUC, which is AUCTION', /time in force/, { type: 'MTL', limitPrice: undefined, tif: 'AUC' }],
  ['a last moment of a day order', /GTD/, { goodTill: '2026-11-27T14:00:00Z' }],
  ['GTD without a last moment', /GTD/, { tif: 'GTD' }],
  ['overnight alone at SMART', /overnight alone/, { tif: 'OVERNIGHT' }],
  ['the day at OVERNIGHT', /overnight alone/, {}, { ...stock, exchange: 'OVERNIGHT' }],
  ['what conditions do without any', /without conditions/, { conditionsCancel: true }],
  ['what empty conditions do', /without conditions/, { conditions: [], conditionsIgnoreRth: true }],
  ['a fraction as smallest size', /fraction/, { minQuantity: '1.5' }],
  ['a fraction as shown size', /fraction/, { displaySize: '1.5' }],
  ['a fraction of margin', /fraction/, { conditions: [{ kind: 'margin', join: 'and', above: true, percent: '30.5' }] }],
  [
    'a smallest trade quantity at SMART',
    /IBKRATS/,
    { type: 'PEG_BEST', pegBest: { minTradeQuantity: 10, competeOffset: '0.01' } },
  ],
  ['PEG_MID that competes', /PEG_MID/, { type: 'PEG_MID', pegBest: { competeOffset: '0.01' } }],
  [
    'midpoint offsets alone',
    /Midpoint/,
    { type: 'PEG_BEST', pegBest: { competeOffset: '0.01', midOffsetHalf: '0.01' } },
  ],
  ['a stock whose legs may fill alone', /legs may fill alone/, { nonGuaranteed: true }],
  [
    'a routed combination whose legs may fill alone',
    /legs may fill alone/,
    { nonGuaranteed: true },
    { ...combination, exchange: 'CBOE' },
  ],
  [
    'prices of legs and of the whole',
    /Prices of legs/,
    {},
    { ...combination, legs: (combination.legs ?? []).map((each) => ({ ...each, price: '1' })) },
  ],
  ['a number with an exponent', /written exactly/, { limitPrice: '1e-7' }],
  ['a number with an open end', /written exactly/, { quantity: '100.' }],
  ['no number', /written exactly/, { limitPrice: 'NaN' }],
  ['a letter that only looks like one', /characters/, { account: 'DU1\u0430' }],
  ['a control character', /characters/, { algo: { strategy: 'Vwap\0', parameters: [] } }],
  ['a symbol that is no ASCII', /characters/, {}, { ...stock, symbol: 'AAPL\u00a0' }],
];

describe('an order that cannot be said as it was approved', () => {
  const each = refused.map(([why, message, terms, contract = stock]) => ({ why, message, terms, contract }));

  it.each(each)('is refused: $why', ({ message, terms, contract }) => {
    const send = () => encodeOrder({ ...toSend({ terms, wire: {} }), contract }, 193);
    expect(send).toThrow(message);
    const data = expect.objectContaining({ code: 'invalid_arguments', sent: false });
    expect(send).toThrow(expect.objectContaining({ data }));
    expect(() => encodeWhatIf({ orderId: 12, contract, terms: termsOf({ terms, wire: {} }) }, 193)).toThrow(message);
  });

  it('is refused without the name of its group, and with a name and no group', () => {
    const message = toSend({ terms: {}, wire: {} });
    expect(() => encodeOrder({ ...message, ocaGroup: 'x' }, 193)).toThrow(/group/);
    const terms = merged(plainTerms, { oca: { group: 'mine', type: 1 } });
    expect(() => encodeOrder({ ...message, terms }, 193)).toThrow(/group/);
  });

  it('is refused with a reference that is too long', () => {
    expect(() => encodeOrder({ ...toSend({ terms: {}, wire: {} }), orderRef: 'x'.repeat(41) }, 193)).toThrow(/40/);
  });
});

describe('the question what an order would cost', () => {
  it.each(cases)('has its flag in the frame, and no parent, group or reference: %s', (_, one) => {
    const { contract = stock } = one;
    const message = encodeWhatIf({ orderId: 13, contract, terms: termsOf(one) }, 193);
    expect(isWhatIf(message)).toBe(true);
    const { values } = fieldsOf(message, 193);
    expect(values).toMatchObject({ orderId: '13', whatIf: '1', transmit: '1', parentId: '0', ocaType: '0' });
    expect(values.ocaGroup ?? values.orderRef).toBeUndefined();
  });

  it('cannot be made an order by what is handed in', () => {
    const crafted = { ...toSend({ terms: {}, wire: {} }), whatIf: false, transmit: false };
    const terms = { ...crafted.terms, whatIf: false } as OrderTerms;
    expect(fieldsOf(encodeWhatIf({ ...crafted, terms }, 193), 193).values.whatIf).toBe('1');
  });

  it('is never what an order is', () => {
    const crafted = { ...toSend({ terms: {}, wire: {} }), whatIf: true };
    const terms = { ...crafted.terms, whatIf: true, advancedErrorOverride: '8229' } as OrderTerms;
    const message = encodeOrder({ ...crafted, terms }, 193);
    expect(isWhatIf(message)).toBe(false);
    expect((message[3] as Order).advancedErrorOverride).toBeUndefined();
    expect(fieldsOf(message, 193).values).toEqual(plainWire);
  });
});

describe('what ends orders and options', () => {
  const read = (
    request: 'cancelOrder' | 'reqGlobalCancel' | 'exerciseOptions',
    message: ActingMessage,
    version: number,
  ) => {
    const { values } = decodeFields(clientRequests[request], frameOf(message, version), version);
    return Object.fromEntries(Object.entries(values).filter(([, text]) => text !== '' && text !== '2147483647'));
  };

  it.each(versions)('is read as it was meant at %i', (version) => {
    expect(read('cancelOrder', encodeCancel(12), version)).toEqual({ orderId: '12' });
    expect(read('reqGlobalCancel', encodeCancelEverything(), version)).toEqual({});
    const exercise = { version: 1, kind: 'exercise', contract: option, account: 'DU1', quantity: '2' } as const;
    const wire = { conId: '700001', symbol: 'AAPL', secType: 'OPT', exchange: 'CBOE', currency: 'USD' };
    const told = read(
      'exerciseOptions',
      encodeExercise(14, { ...exercise, action: 'exercise', override: true }),
      version,
    );
    expect(told).toMatchObject({ ...wire, exerciseAction: '1', exerciseQuantity: '2', account: 'DU1', override: '1' });
    const lapses = read(
      'exerciseOptions',
      encodeExercise(14, { ...exercise, action: 'lapse', override: false }),
      version,
    );
    expect(lapses).toMatchObject({ exerciseAction: '2', override: '0' });
  });

  it('exercises whole contracts only', () => {
    const exercise = { version: 1, kind: 'exercise', contract: option, account: 'DU1', action: 'lapse' } as const;
    expect(() => encodeExercise(14, { ...exercise, quantity: '0.5', override: false })).toThrow(/whole/);
  });
});
