import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../gateway/connection/events/messages.ts';
import type { Gateway } from '../gateway/index.ts';
import { Ticker } from '../gateway/market-data/ticker.ts';
import { QuoteWatch } from './quote-watch.ts';

const saturday = Date.parse('2026-11-21T17:00:00Z');
const friday = '20261120:0930-20261120:1600';
const lastPrice = { type: 'tick', field: 4, value: 200 } as Answer;
const announced = (value: number) => ({ type: 'market-data-type', value }) as Answer;

/** What an alert on an instrument sees of these messages. */
async function seen(tradingHours: string, ...answers: readonly Answer[]): Promise<number[]> {
  const values: number[] = [];
  const ticker = answers.reduce((before, answer) => before.after(answer), new Ticker('STK'));
  const instrument = {
    secType: 'STK',
    zone: 'America/New_York',
    marketZone: 'America/New_York',
    details: { tradingHours },
  };
  const gateway = {
    serverTime: () => saturday,
    contracts: { resolve: async () => instrument },
    quotes: {
      watch: ({ onTicker }: { onTicker: (ticker: Ticker) => void }, signal: AbortSignal) => {
        onTicker(ticker);
        return new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      },
    },
  } as unknown as Gateway;
  const nothing = () => undefined;
  const watch = new QuoteWatch({
    gateway,
    lines: 1,
    logger: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    see: (_, { value }) => values.push(value ?? Number.NaN),
    problem: nothing,
  });
  watch.watch([{ id: 'a', kind: 'price', conId: 1, above: 100, repeat: 'once' }]);
  for (let turn = 0; turn < 5; turn += 1) await nextTurn();
  watch.stop();
  return values;
}

describe('what an alert sees', () => {
  it.each([
    ['nothing of a market that is announced as closed', '', [announced(2), lastPrice], []],
    ['nothing of one that is closed by its hours', friday, [lastPrice], []],
    ['all of one that is announced as open', friday, [announced(1), lastPrice], [200]],
    ['all of one of which nothing is known', '', [lastPrice], [200]],
  ])('is %s', async (_, hours, answers, expected) => {
    expect(await seen(hours, ...answers)).toEqual(expected);
  });
});
