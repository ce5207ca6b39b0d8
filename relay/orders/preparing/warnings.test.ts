import { Decimal } from 'decimal.js';
import { describe, expect, it } from 'vitest';
import type { OrderTerms } from '../../../shared/orders/order.ts';
import { conId, contract, entry, now, type SceneChanges, sceneWith, small } from '../../../test/support/scenes.ts';
import { positionEffects } from '../planning/position-effect.ts';
import type { OpenOrder } from '../planning/trading-view.ts';
import { cashAfter } from './money.ts';
import { heldIn } from './scene.ts';
import { marketWarnings } from './warnings-market.ts';
import { positionWarnings } from './warnings-position.ts';
import { termWarnings } from './warnings-terms.ts';

interface Changes extends SceneChanges {
  readonly borrowFee?: number;
  readonly tradedToday?: boolean;
}

function warningsOf(changes: Changes): string[] {
  const scene = sceneWith(changes);
  const { order } = scene;
  const terms = order.kind === 'exercise' ? entry : order.entry;
  const units = new Decimal(terms.quantity ?? 0);
  const effects = positionEffects(order.contract, terms.side, units, heldIn(scene), scene.open);
  const tradedToday = new Set(changes.tradedToday ? [conId] : []);
  const facts = { effects, cash: cashAfter(scene), borrowFee: changes.borrowFee, tradedToday };
  return [...marketWarnings(scene), ...positionWarnings(scene, facts), ...termWarnings(scene)];
}

const closed = {
  state: 'closed',
  nextOpen: now + 3_600_000,
  nextClose: now + 7_200_000,
  nextTrading: now + 1_800_000,
} as const;
const extended = { ...closed, state: 'extended' } as const;
const sell = { side: 'SELL' } as const;
const child = (more: Partial<OrderTerms>): OrderTerms => ({ ...entry, side: 'SELL', outsideRth: true, ...more });
const option = {
  contract: { secType: 'OPT' },
  details: { contract: { conId, multiplier: 100, lastTradeDateOrContractMonth: '20261218' } },
};
const working = (more: Partial<OrderTerms>): OpenOrder => ({
  order: {
    orderId: 1,
    clientId: 7,
    permId: 9,
    account: 'DU1234567',
    orderRef: '',
    status: 'Submitted',
    contract,
    terms: { ...entry, ...more },
  },
  filled: '0',
  remaining: '8',
});

const cases: readonly (readonly [what: string, changes: Changes, says: RegExp])[] = [
  [
    'a closed market',
    { scene: { market: closed } },
    /market is closed: the order waits until 2026-10-15 12:00 America/,
  ],
  [
    'a closed market outside hours',
    { entry: { outsideRth: true }, scene: { market: closed } },
    /waits until 2026-10-15 11:30/,
  ],
  [
    'hours before the open',
    { scene: { market: extended } },
    /regular session is closed: .* 12:00 .*unless outside_rth/,
  ],
  ['trading outside hours', { entry: { outsideRth: true }, scene: { market: extended } }, /few trade now/],
  ['hours that nobody knows', { scene: { market: { ...closed, state: 'unknown' } } }, /hours are not known/],
  [
    'a stop of a stock',
    { entry: { ...sell, type: 'STP', limitPrice: undefined as never, stopPrice: '98' }, held: 10 },
    /regular session only/,
  ],
  [
    'no quote',
    { scene: { quote: undefined, noQuote: 'Not subscribed.' } },
    /no quote to compare it with\. Not subscribed/,
  ],
  ['a delayed quote', { quote: { dataType: 'delayed' } }, /delayed by 15/],
  ['a frozen quote', { quote: { dataType: 'frozen' } }, /quote is frozen/],
  [
    'a stale price',
    { quote: { bid: undefined, ask: undefined, asOf: new Date(now - 3_600_000).toISOString() } },
    /60 minutes old/,
  ],
  ['a price far above', { entry: { limitPrice: '120' } }, /20 % worse than the market, 100\.01: it is filled at once/],
  ['a price far below', { entry: { limitPrice: '80' } }, /20 % away from the market/],
  ['a trigger that is reached', { entry: { type: 'LIT', stopPrice: '101', outsideRth: true } }, /beyond 101 already/],
  ['a wide spread', { quote: { bid: 99, ask: 101 } }, /spread is wide, 2 %/],
  [
    'a large order',
    { entry: { quantity: '20000' }, scene: { values: new Map() } },
    /2 % of an average day.s volume, 1,000,000/,
  ],
  ['a halt', { quote: { halted: true } }, /halted/],
  [
    'the close coming',
    { entry: { type: 'LOC' }, scene: { now: Date.UTC(2026, 9, 15, 19, 52) } },
    /NASDAQ takes orders for its close until 15:55/,
  ],
  ['an open that was', { entry: { type: 'LOO', tif: 'OPG' } }, /waits for the next open/],
  ['selling more than is held', { entry: sell, held: 4 }, /sells 6 X more than are held: the position turns short/],
  ['buying back more than is short', { held: -4 }, /buys 6 X more than are short/],
  ['a short sale', { entry: sell }, /opens a short position of 10 X/],
  ['orders that close it already', { entry: sell, held: 10, scene: { open: [working(sell)] } }, /already sell 8 X/],
  [
    'a day trade',
    { entry: sell, held: 10, tradedToday: true, scene: { values: small } },
    /day trade.*25,000 USD\. 2 remain/,
  ],
  ['a foreign debit', { contract: { currency: 'EUR' } }, /does not exchange USD.*1,000\.00 EUR are borrowed/],
  [
    'a protection of a day',
    {
      entry: { tif: 'GTC' },
      order: { entry: { ...entry, tif: 'GTC' }, stopLoss: child({ type: 'STP', tif: 'DAY', stopPrice: '90' }) },
    },
    /stands bare/,
  ],
  [
    'a small protection',
    { order: { stopLoss: child({ type: 'STP', stopPrice: '90', quantity: '5' }) } },
    /set to its full size/,
  ],
  [
    'a protected algorithm',
    {
      order: {
        entry: { ...entry, algo: { strategy: 'Adaptive', parameters: [] } },
        stopLoss: child({ type: 'STP', stopPrice: '90' }),
      },
    },
    /algorithm works/,
  ],
  ['an OCA group that overfills', { entry: { oca: { group: 'a', type: 3 } } }, /more than one may be filled/],
  [
    'an odd lot of currencies',
    { contract: { secType: 'CASH', symbol: 'EUR', exchange: 'IDEALPRO' } },
    /Below 20,000 EUR/,
  ],
  ['a fraction of a share', { entry: { quantity: '0.5' } }, /fractions of shares/],
  ['an amount of money', { entry: { cashQuantity: '100', quantity: undefined as never } }, /only cancelled/],
  [
    'an option that ends today',
    {
      ...option,
      details: { contract: { conId, multiplier: 100, lastTradeDateOrContractMonth: '20261015' } },
      scene: { values: new Map() },
    },
    /stops trading at 2026-10-15 16:00/,
  ],
  [
    'an option without a limit',
    { ...option, entry: { type: 'MKT', limitPrice: undefined as never }, scene: { values: new Map() } },
    /far from where options are worth/,
  ],
  ['a coin at once', { contract: { secType: 'CRYPTO' }, entry: { tif: 'IOC' } }, /waits until it opens/],
  ['a coin until cancelled', { contract: { secType: 'CRYPTO' }, entry: { tif: 'GTC' } }, /IOC or MINUTES only/],
  ['legs that fill alone', { entry: { nonGuaranteed: true } }, /one without the other/],
  ['conditions that cancel', { entry: { conditionsCancel: true } }, /they do not release it/],
  ['a group of accounts', { entry: { allocation: { group: 'All' } } }, /shared out/],
];

const borrowed: readonly (readonly [what: string, changes: Changes, says: RegExp])[] = [
  ['that nobody lends', { quote: { shortable: 'unavailable' } }, /no X to lend/],
  ['that have to be located', { quote: { shortable: 'locate' }, borrowFee: 12.5 }, /located first.*12\.5 % a year/],
  [
    'of which there are fewer',
    { quote: { shortable: 'available', shortableShares: 5 } },
    /5 X to lend, fewer than the 10/,
  ],
  ['that cost', { quote: { shortable: 'available', shortableShares: 5_000 }, borrowFee: 0.25 }, /about 0\.25 % a year/],
];

describe('an order', () => {
  it('of every day is warned of nothing', () => {
    expect(warningsOf({})).toEqual([]);
    expect(warningsOf({ entry: sell, held: 10 })).toEqual([]);
  });

  it.each(cases)('is warned of %s, and of nothing else', (_, changes, says) => {
    expect(warningsOf(changes)).toEqual([expect.stringMatching(says)]);
  });

  it('at the market is warned of the next open', () => {
    const warnings = warningsOf({ entry: { type: 'MKT', limitPrice: undefined as never }, scene: { market: closed } });
    expect(warnings).toEqual([
      expect.stringMatching(/waits until/),
      expect.stringMatching(/whatever price that brings/),
    ]);
  });

  it.each(borrowed)('that sells short is warned of shares %s', (_, changes, says) => {
    const warnings = warningsOf({ entry: sell, ...changes });
    expect(warnings).toEqual([expect.stringMatching(/opens a short/), expect.stringMatching(says)]);
  });
});
