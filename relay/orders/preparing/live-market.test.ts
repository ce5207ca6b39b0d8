import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OrderTerms } from '../../../shared/orders/order.ts';
import { type SceneChanges, sceneWith } from '../../../test/support/scenes.ts';
import { liveMarketProblem } from './live-market.ts';
import { effectsIn } from './money.ts';

const live = { accounts: ['U1234567'] };
const marketOrder = { type: 'MKT', limitPrice: undefined } as unknown as Partial<OrderTerms>;
const noQuote = { quote: undefined, noQuote: 'It did not come in time.' };

function problem(changes: SceneChanges): string | undefined {
  const scene = sceneWith(changes);
  return liveMarketProblem(scene, effectsIn(scene))?.message;
}

describe('an order that takes whatever the market gives', () => {
  it.each<[string, SceneChanges]>([
    ['by a delayed quote', { scene: live, quote: { dataType: 'delayed' } }],
    ['by a frozen quote', { scene: live, quote: { dataType: 'frozen' } }],
    ['without a quote', { scene: { ...live, ...noQuote } }],
    ['by a live quote of yesterday’s close alone', { scene: { ...live, quote: closeAlone() } }],
    ['in a group of which one account is live', { scene: { accounts: ['DU1234567', 'U1'], ...noQuote } }],
    ['that turns what is held', { scene: { ...live, ...noQuote }, held: -4 }],
  ])('is refused with real money %s', (_, changes) => {
    expect(problem({ ...changes, entry: { ...marketOrder, ...changes.entry } })).toMatch(/no live quote of X/);
  });

  it.each<[string, SceneChanges]>([
    ['by a live quote', { scene: live }],
    ['on paper without a quote', { scene: noQuote }],
    ['on paper by a delayed quote', { quote: { dataType: 'delayed' } }],
    ['that can only reduce what is held', { scene: { ...live, ...noQuote }, held: -10 }],
    ['with a limit of its own', { scene: { ...live, ...noQuote }, entry: { type: 'LMT', limitPrice: '99' } }],
    ['with a stop of its own', { scene: { ...live, ...noQuote }, entry: { type: 'STP', stopPrice: '99' } }],
  ])('may leave %s', (_, changes) => {
    expect(problem({ ...changes, entry: { ...marketOrder, ...changes.entry } })).toBeUndefined();
  });

  it('of a combination needs a live quote of every leg', () => {
    const kinds = fc.array(fc.constantFrom('live', 'delayed', undefined), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(kinds, (types) => {
        const base = sceneWith({ scene: live, entry: marketOrder });
        const legQuotes = types.map((dataType) => dataType && ({ ...base.quote, dataType } as typeof base.quote));
        const legs = types.map(() => base.instrument);
        const scene = { ...base, legQuotes, instrument: { ...base.instrument, legs } };
        expect(liveMarketProblem(scene, []) === undefined).toBe(types.every((type) => type === 'live'));
      }),
    );
  });
});

function closeAlone() {
  const { quote } = sceneWith({});
  const { bid: _bid, ask: _ask, last: _last, ...rest } = quote ?? ({} as never);
  return { ...rest, close: 99 } as typeof quote;
}
