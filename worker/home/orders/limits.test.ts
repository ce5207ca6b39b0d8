import { describe, expect, it } from 'vitest';
import type { TradingStatus } from '../../../shared/orders/frames.ts';
import type { TradingRelay } from '../../../shared/orders/home-model.ts';
import { openHomeTrading } from '../../../shared/orders/home-trading.ts';
import { knownFields, policyId } from '../../../shared/orders/policy.ts';
import { type Policy, policySchema, tellPolicy } from '../../../shared/orders/policy-fields.ts';
import { effectAtHome } from './limit-effects.ts';
import { type FieldName, limitFields } from './limit-fields.ts';
import { limitsView, setLimits } from './limits.ts';

const status = (policy: Policy = {}, changes: Partial<TradingStatus> = {}): TradingStatus => ({
  journal: { generation: 'a'.repeat(16), length: 0, hash: '0'.repeat(64) },
  hashVersions: [1],
  policyFields: Object.keys(policySchema.shape),
  policy: policyId(policy),
  limits: tellPolicy(policy),
  approval: 'none',
  accounts: ['DU1'],
  ...changes,
});

/** Home's limits beside those of relays, and what it was told to keep. */
function trading(policy: Policy, ...relays: (TradingStatus | undefined)[]) {
  const kept: object[] = [];
  const known = relays.map(
    (one, index): TradingRelay => ({ device: `d${index}`, agreed: true, notices: [], ...(one && { status: one }) }),
  );
  const state = openHomeTrading({ home: 'h', relays: known, owners: [], tickets: [], requests: [], policy });
  return { room: { state, step: (event: object) => void kept.push(event) } as never, kept };
}

describe('the limits that are set on the dashboard', () => {
  it('has a field for everything that is judged here', () => {
    expect(new Set([...Object.keys(limitFields), 'deadManMinutes'])).toEqual(new Set(knownFields));
  });

  it('offers what a relay names, and what is set already', () => {
    const names = (...relays: (TradingStatus | undefined)[]) =>
      limitsView(trading({ noShort: true }, ...relays).room).fields.map(({ name }) => name);
    expect(names(status({}, { policyFields: ['maxDayOrders', 'aNewOne'] }))).toEqual(['maxDayOrders', 'noShort']);
    expect(names()).toEqual(['noShort']);
    expect(names(status())).toEqual(Object.keys(limitFields));
  });

  it.each<[FieldName, string, unknown]>([
    ['accounts', 'du1, DU2;du1', ['DU1', 'DU2']],
    ['symbols', ' AAPL,BRK B ', ['AAPL', 'BRK B']],
    ['maxOrderNotional', '2500.50', 2500.5],
    ['maxDayOrders', '20', 20],
    ['maxBorrowingPercent', '0', 0],
    ['closeOnly', 'on', true],
    ['hours', 'regular', 'regular'],
    ['approval', 'ticket', 'ticket'],
    ['maxDayOrders', '', undefined],
  ])('reads %s from “%s”', (name, text, value) => {
    const { room, kept } = trading({}, status());
    expect(setLimits(room, { [name]: text }, policyId({}), 'the owner')).toBeUndefined();
    expect(kept).toEqual([{ type: 'policy', policy: value === undefined ? {} : { [name]: value }, by: 'the owner' }]);
  });

  it.each<[FieldName, string, RegExp]>([
    ['accounts', 'DU1, D-2', /“D-2”.*DU1234567/],
    ['maxOrderNotional', '1,000', /plain number/],
    ['maxOrderNotional', '-5', /plain number/],
    ['maxOrderNotional', '1e9', /plain number/],
    ['maxOrderNotional', '0', /Zero/],
    ['maxOrderNotional', '9999999999999', /too much/],
    ['maxDayOrders', '2.5', /whole number/],
    ['priceCollarPercent', '101', /too much/],
    ['hours', 'night', /list/],
    ['approval', 'none', /list/],
    ['approval', 'human', /list/],
  ])('refuses %s “%s” beside its field, and keeps what was filled in', (name, text, problem) => {
    const { room, kept } = trading({ maxDayQuantity: 5 }, status());
    const view = setLimits(room, { [name]: text, noShort: 'on' }, policyId({ maxDayQuantity: 5 }), 'the owner');
    expect(view?.problem).toMatch(/Nothing was saved/);
    expect(view?.fields.filter((field) => field.problem)).toMatchObject([{ name, value: text }]);
    expect(view?.fields.find((field) => field.name === name)?.problem).toMatch(problem);
    expect(view?.fields.find((field) => field.name === 'noShort')?.value).toBe('on');
    expect(kept).toEqual([]);
  });

  it('is not set over a change that was made meanwhile', () => {
    const { room, kept } = trading({ maxDayOrders: 3 }, status());
    const view = setLimits(room, { maxDayOrders: '9' }, policyId({}), 'the owner');
    expect(view?.problem).toMatch(/changed elsewhere/);
    expect(view?.fields.find(({ name }) => name === 'maxDayOrders')?.value).toBe('3');
    expect(kept).toEqual([]);
  });

  it.each<[FieldName, Policy, Policy, RegExp]>([
    ['maxDayOrders', {}, {}, /^Not limited at home\.$/],
    ['maxDayOrders', { maxDayOrders: 5 }, { maxDayOrders: 20 }, /At home: 20; tightened to 5 here/],
    [
      'maxDayOrders',
      { maxDayOrders: 50 },
      { maxDayOrders: 20 },
      /At home: 20\. The 50 here is looser and has no effect/,
    ],
    ['maxDayOrders', { maxDayOrders: 20 }, { maxDayOrders: 20 }, /the same/],
    ['noShort', {}, { noShort: true }, /Set at home, whatever/],
    ['noShort', { noShort: true }, { noShort: false }, /Not limited at home/],
    ['symbols', { symbols: ['aapl'] }, { symbols: ['AAPL', 'MSFT'] }, /At home: AAPL, MSFT; tightened to aapl here/],
    ['symbols', { symbols: ['AAPL', 'TSLA'] }, { symbols: ['AAPL'] }, /without effect here: TSLA\.$/],
    ['symbols', { symbols: ['TSLA'] }, { symbols: ['AAPL'] }, /no order passes/],
    ['symbols', {}, { symbols: Array.from({ length: 90 }, (_, n) => `S${n}`) }, /At home: 90 entries/],
    ['hours', { hours: 'regular' }, { hours: 'any' }, /Not limited/],
    ['hours', { hours: 'regular' }, { hours: 'regular' }, /the same/],
  ])('says beside %s what %o makes of %o at home', (name, here, home, text) => {
    expect(effectAtHome(name, here[name], status(home))).toMatch(text);
  });

  it('says what the stricter approval is, and what an older relay does not tell', () => {
    const at = (home: TradingStatus['approval'], here: Policy['approval']) =>
      effectAtHome('approval', here, status({}, { approval: home }));
    expect(at('none', 'ticket')).toMatch(/tightened to ticket/);
    expect(at('human', 'ticket')).toMatch(/has no effect/);
    const { limits: _, ...older } = status();
    expect(effectAtHome('maxDayOrders', 5, older)).toMatch(/does not tell/);
    expect(effectAtHome('maxDayOrders', 5, { ...older, policyFields: [] })).toMatch(/refused while it is set/);
  });
});
