import { describe, expect, it } from 'vitest';
import { instrumentOf } from '../../../test/support/instruments.ts';
import { failure } from '../../../test/support/relay.ts';
import { type ExerciseFacts, type ExerciseRequest, plannedExercise } from './plan-exercise.ts';

const contract = { conId: 2, secType: 'OPT', symbol: 'X', exchange: 'SMART', currency: 'USD', name: 'X C 100' };
const named = { strike: 100, right: 'C', lastTradeDateOrContractMonth: '20261218', tradingClass: 'X' };
const option = (changes: object = {}, secType = 'OPT') =>
  instrumentOf({ conId: 2, secType, name: 'X C 100', named: { ...named, ...changes } });
const share = instrumentOf({ details: { stockType: 'COMMON' } });
const index = instrumentOf({ secType: 'IND', name: 'SPX' });
const now = Date.UTC(2026, 10, 20, 15);
const request: ExerciseRequest = { account: 'DU1', action: 'exercise', quantity: undefined, override: false };

function plan(
  facts: Partial<ExerciseFacts> = {},
  asked: Partial<ExerciseRequest> = {},
  instrument = option(),
): ReturnType<typeof plannedExercise> {
  const known = { held: 3, underlying: share, spot: 110, now, ...facts };
  return plannedExercise({ instrument, contract, warnings: [] }, { ...request, ...asked }, known);
}
const refused = (...args: Parameters<typeof plan>) => failure(Promise.resolve().then(() => plan(...args)));

describe('an exercise', () => {
  it('is of all that is held, unless less is said', () => {
    expect(plan().order).toEqual({
      ...{ version: 1, kind: 'exercise', contract, account: 'DU1', action: 'exercise', quantity: '3', override: false },
    });
    expect(plan({}, { quantity: '1' }).order.quantity).toBe('1');
    expect(plan({}, { quantity: '3' }).order.quantity).toBe('3');
    expect(plan({}, {}, option({}, 'FOP')).order.quantity).toBe('3');
  });

  it.each<[string, Parameters<typeof plan>, RegExp]>([
    ['a share', [{}, {}, option({}, 'STK')], /no option/],
    ['a combination', [{}, {}, { ...option(), legs: [option()] }], /no option/],
    ['nothing that is held', [{ held: 0 }], /No X C 100 is held in DU1/],
    ['what was written', [{ held: -1 }], /No X C 100 is held in DU1/],
    ['half an option', [{}, { quantity: '1.5' }], /^3 X C 100 are held/],
    ['none', [{}, { quantity: '0' }], /^3 X C 100 are held/],
    ['more than is held', [{}, { quantity: '4' }], /^3 X C 100 are held/],
    ['what has ended', [{ now: Date.UTC(2026, 11, 20) }], /has ended, on 2026-12-18/],
    ['a European option before its day', [{ underlying: index, spot: 110 }], /European.*on 2026-12-18 only/],
    ['what is out of the money', [{ spot: 99 }], /out of the money/],
    ['what is at the money', [{ spot: 100 }], /out of the money/],
    ['a put that is out of the money', [{ spot: 101 }, {}, option({ right: 'P' })], /out of the money/],
    ['a put that is named in full', [{ spot: 101 }, {}, option({ right: 'PUT' })], /out of the money/],
  ])('is not of %s', async (_, args, says) => {
    expect(await refused(...args)).toMatchObject({ code: 'invalid_arguments', message: expect.stringMatching(says) });
  });

  it('out of the money has to be meant', () => {
    expect(plan({ spot: 99 }, { override: true }).worth.intrinsic).toBe(-1);
  });

  it('without a price is not known to be out of the money', () => {
    expect(plan({ spot: undefined }).worth.intrinsic).toBeUndefined();
  });

  it('is worth what the underlying is above a call’s strike, or below a put’s', () => {
    expect(plan({ spot: 110.5 }).worth.intrinsic).toBe(10.5);
    expect(plan({ spot: 90 }, {}, option({ right: 'P' })).worth.intrinsic).toBe(10);
    expect(plan({ spot: 5 }, {}, option({ strike: undefined, right: undefined })).worth.intrinsic).toBe(5);
  });

  it('on its last day may be of a European option, too', () => {
    const last = Date.UTC(2026, 11, 18, 15);
    expect(plan({ underlying: index, now: last }).order.action).toBe('exercise');
    expect(plan({ now: last }).order.action).toBe('exercise');
  });

  it('is until the end of that day, whatever else stands beside the date', () => {
    const { end } = plan({}, {}, option({ lastTradeDateOrContractMonth: '20261218 09:30:00 US/Eastern' })).worth;
    expect(end).toEqual(plan().worth.end);
    expect(new Date(end.at).toISOString().slice(0, 10)).toBe('2026-12-18');
  });
});

describe('letting options lapse', () => {
  it('is possible at any time, in and out of the money', () => {
    for (const facts of [{ spot: 99 }, { spot: 110 }, { underlying: index }, { spot: undefined }]) {
      expect(plan(facts, { action: 'lapse' }).order).toMatchObject({ action: 'lapse', quantity: '3' });
    }
  });
});
