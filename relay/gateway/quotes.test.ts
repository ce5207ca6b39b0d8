import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Instrument } from './contracts.ts';
import type { Link } from './link.ts';
import type { Answer } from './messages.ts';
import { QuoteDesk, type QuoteQuery } from './quotes.ts';
import type { RequestSpec } from './requests.ts';
import type { Supervisor } from './supervisor.ts';

/** What gateways do that the simulated one does not: each case is told to the desk as the connection would tell it. */

interface Subscription {
  readonly symbol: string;
  /** The session's data type when it was made. */
  readonly type: number;
  readonly genericTicks: string;
  readonly answer: (answer: Answer) => void;
  readonly refuse: (code: number, text?: string) => void;
}

let made: Subscription[];
let open: number;
let switches: number[];
let desk: QuoteDesk;
/** Plays the gateway: called for each subscription. */
let react: (subscription: Subscription) => void;

const supervisor = {
  onRestore: () => () => undefined,
  async send(_lane: string, send: (link: Link) => void) {
    send({ call: (_name: string, type: number) => switches.push(type) } as unknown as Link);
  },
  async request<Result>(spec: RequestSpec<Result>): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const deadline = setTimeout(() => spec.onDeadline && resolve(spec.onDeadline()), spec.deadlineMs);
    const call = (_name: string, _reqId: number, contract: { symbol: string }, genericTicks: string) => {
      const subscription: Subscription = {
        symbol: contract.symbol,
        type: switches.at(-1) ?? 1,
        genericTicks,
        answer: (answer) => spec.onAnswer(answer, resolve),
        refuse: (code, text = 'refused') => spec.onError?.(code, text, resolve),
      };
      made.push(subscription);
      queueMicrotask(() => react(subscription));
    };
    open += 1;
    spec.send({ call } as unknown as Link, 1);
    promise.catch(reject).finally(() => {
      clearTimeout(deadline);
      open -= 1;
    });
    return promise;
  },
} as unknown as Supervisor;

beforeEach(() => {
  vi.useFakeTimers();
  made = [];
  open = 0;
  switches = [];
  desk = new QuoteDesk(supervisor, 90);
});

afterEach(() => {
  vi.useRealTimers();
});

const query = (symbol: string, more: Partial<QuoteQuery> = {}, secType = 'STK'): QuoteQuery => ({
  instrument: { name: symbol, secType, conId: 1, contract: { symbol } } as Instrument,
  genericTicks: '',
  wanted: [1, 2, 4, 9],
  ...more,
});
const tick = (field: number, value: number | string): Answer => ({ type: 'tick', field, value });
const announce = (value: number): Answer => ({ type: 'market-data-type', value });
const live = [tick(1, 10), tick(2, 11), tick(4, 10.5), tick(9, 10)];
const delayed = [tick(66, 10), tick(67, 11), tick(68, 10.5), tick(75, 10)];

async function settled<Result>(work: Promise<Result>, ms = 10_000): Promise<Result> {
  work.catch(() => undefined);
  await vi.advanceTimersByTimeAsync(ms);
  expect(open, 'subscriptions left open').toBe(0);
  return work;
}

describe('QuoteDesk', () => {
  it('reads live and delayed instruments with one subscription each, side by side, and labels them by what came', async () => {
    react = ({ symbol, answer, refuse }) => {
      if (symbol === 'DELAYED') refuse(10167);
      for (const item of symbol === 'DELAYED' ? delayed : live) answer(item);
    };
    const work = Promise.all([desk.collect(query('LIVE')), desk.collect(query('DELAYED'))]);
    const [first, second] = await settled(work);
    expect([first.dataType, second.dataType]).toEqual([1, 3]);
    expect(second.values.get(4)).toBe(10.5);
    expect(switches).toEqual([4]);
    expect(made).toHaveLength(2);
  });

  it('believes the ticks where the announcement disagrees or never comes', async () => {
    react = ({ symbol, answer }) => {
      if (symbol === 'FROZEN') answer(announce(4));
      for (const item of delayed) answer(item);
      if (symbol === 'MISTOLD') answer(announce(1));
    };
    const work = Promise.all(['UNTOLD', 'MISTOLD', 'FROZEN'].map((symbol) => desk.collect(query(symbol))));
    expect((await settled(work)).map(({ dataType }) => dataType)).toEqual([3, 3, 4]);
  });

  it.each([354, 10089, 10091, 10197])('takes delayed data that comes after a refusal with %i', async (code) => {
    react = ({ answer, refuse }) => {
      refuse(code);
      setTimeout(() => {
        for (const item of delayed) answer(item);
      }, 500);
    };
    expect(await settled(desk.collect(query('X')))).toMatchObject({ dataType: 3 });
  });

  it('a refusal after which nothing comes is an error, in one round', async () => {
    react = ({ refuse }) => refuse(354, 'Requested market data is not subscribed.');
    await expect(settled(desk.collect(query('X')))).rejects.toMatchObject({
      code: 'not_subscribed',
      data: { ibCode: 354 },
    });
    expect(made).toHaveLength(1);
  });

  it('a closed market’s “none” is followed by its frozen values, which keep their label', async () => {
    react = ({ type, answer }) => {
      answer(announce(type === 2 ? 2 : 1));
      for (const item of type === 2 ? live : [tick(1, -1), tick(2, -1), tick(9, 10)]) answer(item);
    };
    const ticks = await settled(desk.collect(query('EUR')));
    expect(ticks).toMatchObject({ dataType: 2 });
    expect(ticks.values.get(1)).toBe(10);
    expect(made.map(({ type }) => type)).toEqual([4, 2]);
  });

  it('keeps what there was when there is nothing frozen', async () => {
    react = ({ type, answer, refuse }) => (type === 2 ? refuse(354) : answer(tick(9, 10)));
    const ticks = await settled(desk.collect(query('X')));
    expect(ticks.values.get(9)).toBe(10);
    expect(ticks.dataType).toBe(1);
  });

  it('a batch of live, delayed, refused, closed and silent instruments is done within five seconds', async () => {
    react = ({ symbol, type, answer, refuse }) => {
      if (symbol === 'LIVE') for (const item of live) answer(item);
      if (symbol === 'DELAYED') for (const item of delayed) answer(item);
      if (symbol === 'REFUSED') refuse(354);
      if (symbol === 'CLOSED') for (const item of type === 2 ? live : [tick(9, 10)]) answer(item);
      if (symbol === 'PARTIAL') answer(tick(1, 10));
    };
    const symbols = ['LIVE', 'SILENT', 'DELAYED', 'REFUSED', 'CLOSED', 'PARTIAL', 'LIVE', 'CLOSED'];
    const work = Promise.allSettled(symbols.map((symbol) => desk.collect(query(symbol))));
    const outcomes = await settled(work, 5_000);
    expect(
      outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value.dataType : outcome.reason.code)),
    ).toEqual([1, 'no_data', 3, 'not_subscribed', 1, 1, 1, 1]);
    expect(switches).toEqual([4, 2]);
  });

  it('waits for prices while other ticks come first, and not for what never comes once they are there', async () => {
    react = ({ answer }) => {
      answer(tick(49, 0));
      setTimeout(() => answer(tick(1, 10)), 2_500);
    };
    expect((await settled(desk.collect(query('SLOW')))).values.get(1)).toBe(10);
    react = ({ answer }) => answer(tick(4, 10));
    expect((await settled(desk.collect(query('NO BID')), 1_001)).values.get(4)).toBe(10);
  });

  it('leaves out the generic ticks that a kind of instrument does not have, for that kind alone', async () => {
    react = ({ symbol, genericTicks, answer, refuse }) => {
      if (symbol === 'EUR' && genericTicks.includes('221')) {
        refuse(
          321,
          "Error validating request.-'bW' : cause - Incorrect generic tick list of 165, 221.  Legal ones for (CASH) are: 236",
        );
      } else for (const item of live) answer(item);
    };
    const ask = (symbol: string, secType: string) =>
      settled(desk.collect(query(symbol, { genericTicks: '165,221,236' }, secType)));
    await ask('EUR', 'CASH');
    await ask('EUR', 'CASH');
    await ask('AAPL', 'STK');
    expect(made.map(({ genericTicks }) => genericTicks)).toEqual(['165,221,236', '236', '236', '165,221,236']);
  });
});
