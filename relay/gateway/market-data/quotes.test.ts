import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DataConnection } from '../connection/data-connection.ts';
import type { Answer } from '../connection/events/messages.ts';
import type { DataLink } from '../connection/faces.ts';
import type { RequestSpec, StreamSpec } from '../connection/requests.ts';
import type { Instrument } from '../contracts/instrument.ts';
import { QuoteDesk, type QuoteQuery } from './quotes.ts';

/** What gateways do that the simulated one does not: each case is told to the desk as the connection would tell it. */

interface Subscription {
  readonly symbol: string;
  /** The session's data type when it was made. */
  readonly type: number;
  readonly genericTicks: string;
  readonly answer: (answer: Answer) => void;
  readonly refuse: (code: number, text?: string) => void;
  readonly isOpen: () => boolean;
}

let made: Subscription[];
let open: number;
let switches: number[];
let desk: QuoteDesk;
/** Plays the gateway: called for each subscription. */
let react: (subscription: Subscription) => void;

/** Called when the connection is interrupted. */
let interrupt: () => void;

const supervisor = {
  onRestore: () => () => undefined,
  onReview: () => () => undefined,
  dataIsLive: () => undefined,
  status: () => ({ gateway: {} }),
  serverTime: () => Date.now(),
  onInterrupted(listener: () => void) {
    interrupt = listener;
    return () => undefined;
  },
  async send(_lane: string, send: (link: DataLink) => void) {
    send({ call: (_name: string, type: number) => switches.push(type) } as unknown as DataLink);
  },
  async openStream({ send, onAnswer }: StreamSpec): Promise<() => void> {
    open += 1;
    const answer = (item: Answer) => onAnswer(item);
    send({ call: () => queueMicrotask(() => live.forEach(answer)) } as unknown as DataLink, 2);
    return () => {
      open -= 1;
    };
  },
  async request<Result>(spec: RequestSpec<Result>): Promise<Result> {
    const { promise, resolve } = Promise.withResolvers<Result>();
    let isOpen = true;
    let isAnswered = false;
    open += 1;
    const close = () => {
      isOpen = false;
      open -= 1;
    };
    const finish = (result: Result) => {
      isAnswered = true;
      resolve(result);
    };
    const deadline = setTimeout(() => spec.onDeadline && resolve(spec.onDeadline()), spec.deadlineMs);
    const call = (_name: string, _reqId: number, contract: { symbol: string }, genericTicks: string) => {
      const subscription: Subscription = {
        symbol: contract.symbol,
        type: switches.at(-1) ?? 1,
        genericTicks,
        answer: (answer) => spec.onAnswer(answer, finish),
        refuse: (code, text = 'refused') => spec.onError?.(code, text, finish),
        isOpen: () => isOpen,
      };
      made.push(subscription);
      queueMicrotask(() => react(subscription));
    };
    spec.send({ call } as unknown as DataLink, 1);
    const result = await promise;
    clearTimeout(deadline);
    if (isAnswered && spec.onKept) spec.onKept(close);
    else close();
    return result;
  },
} as unknown as DataConnection;

beforeEach(() => {
  vi.useFakeTimers();
  made = [];
  open = 0;
  switches = [];
  desk = new QuoteDesk(supervisor, 90, 0);
});

afterEach(() => {
  vi.useRealTimers();
});

const query = (symbol: string, more: Partial<QuoteQuery> = {}, secType = 'STK'): QuoteQuery => ({
  instrument: {
    name: symbol,
    secType,
    conId: 1,
    contract: { symbol },
    details: { contract: { symbol } },
  } as Instrument,
  genericTicks: '',
  wanted: ['bid', 'ask', 'last', 'close'],
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
    expect([first.ticker.dataType, second.ticker.dataType]).toEqual([1, 3]);
    expect(second.ticker.last).toBe(10.5);
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
    expect((await settled(work)).map(({ ticker }) => ticker.dataType)).toEqual([3, 3, 4]);
  });

  it.each([354, 10089, 10091, 10197])('takes delayed data that comes after a refusal with %i', async (code) => {
    react = ({ answer, refuse }) => {
      refuse(code);
      setTimeout(() => {
        for (const item of delayed) answer(item);
      }, 500);
    };
    expect(await settled(desk.collect(query('X')))).toMatchObject({ ticker: { dataType: 3 } });
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
    const { ticker } = await settled(desk.collect(query('EUR')));
    expect(ticker.dataType).toBe(2);
    expect(ticker.bid).toBe(10);
    expect(made.map(({ type }) => type)).toEqual([4, 2]);
  });

  it('keeps what there was when there is nothing frozen', async () => {
    react = ({ type, answer, refuse }) => (type === 2 ? refuse(354) : answer(tick(9, 10)));
    const { ticker } = await settled(desk.collect(query('X')));
    expect(ticker.close).toBe(10);
    expect(ticker.dataType).toBe(1);
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
      outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value.ticker.dataType : outcome.reason.code)),
    ).toEqual([1, 'no_data', 3, 'not_subscribed', 1, 1, 1, 1]);
    expect(switches).toEqual([4, 2]);
  });

  it('waits for prices while other ticks come first, and not for what never comes once they are there', async () => {
    react = ({ answer }) => {
      answer(tick(49, 0));
      setTimeout(() => answer(tick(1, 10)), 2_500);
    };
    expect((await settled(desk.collect(query('SLOW')))).ticker.bid).toBe(10);
    react = ({ answer }) => answer(tick(4, 10));
    expect((await settled(desk.collect(query('NO BID')), 1_001)).ticker.last).toBe(10);
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

describe('lines that are watched', () => {
  it('and quotes never wait for each other in a circle', async () => {
    desk = new QuoteDesk(supervisor, 2, 0);
    react = () => undefined;
    const quotes = Promise.allSettled(['A', 'B', 'C', 'D'].map((symbol) => desk.collect(query(symbol))));
    await vi.advanceTimersByTimeAsync(4_000);
    const over = new AbortController();
    const onOpen = vi.fn();
    const watches = ['E', 'F'].map((symbol) => {
      const line = {
        instrument: query(symbol).instrument,
        onTicker: () => undefined,
        onError: () => undefined,
        onOpen,
      };
      return desk.watch(line, over.signal);
    });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(onOpen).toHaveBeenCalledTimes(2);
    over.abort();
    await vi.advanceTimersByTimeAsync(10_000);
    for (const outcome of await quotes) expect(outcome).toMatchObject({ reason: { code: 'no_data' } });
    await Promise.all(watches);
    expect(open).toBe(0);
  });
});

describe('a line that stays open', () => {
  const idleMs = 60_000;
  const believedMs = 5_000;
  const ask = async (symbol: string) => {
    const work = desk.collect(query(symbol));
    work.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(100);
    return work;
  };
  const last = () => made.at(-1) as Subscription;
  const openSymbols = () => made.filter(({ isOpen }) => isOpen()).map(({ symbol }) => symbol);

  beforeEach(() => {
    desk = new QuoteDesk(supervisor, 3, idleMs);
    react = ({ answer }) => {
      for (const item of live) answer(item);
    };
  });

  it('answers again at once, with what has come since, and what was answered before stays as it was', async () => {
    const first = await ask('A');
    last().answer(tick(4, 12));
    const second = await desk.collect(query('A'));
    expect(made).toHaveLength(1);
    expect([first.ticker.last, second.ticker.last]).toEqual([10.5, 12]);
  });

  it('answers nobody who has left, and nobody who wants other ticks', async () => {
    await ask('A');
    await expect(desk.collect(query('A'), AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    void desk.collect(query('A', { wanted: ['bid', 'ask'] }));
    await vi.advanceTimersByTimeAsync(100);
    expect(made).toHaveLength(2);
  });

  it('is not believed when it has been silent for some seconds: it is made anew', async () => {
    await ask('A');
    await vi.advanceTimersByTimeAsync(believedMs);
    await ask('A');
    expect(made.map(({ isOpen }) => isOpen())).toEqual([false, true]);
  });

  it.each([
    ['a refusal', () => last().refuse(10197)],
    ['another kind of data', () => last().answer(announce(2))],
    ['an interruption', () => interrupt()],
  ])('is not believed after %s', async (_, happens) => {
    await ask('A');
    happens();
    await ask('A');
    expect(made.map(({ isOpen }) => isOpen())).toEqual([false, true]);
  });

  it('is made anew now and then, however busy it is', async () => {
    await ask('A');
    for (let second = 0; second < 300; second += 1) {
      last().answer(tick(4, second));
      await ask('A');
      await vi.advanceTimersByTimeAsync(900);
    }
    expect(made).toHaveLength(1);
    await ask('A');
    expect(made).toHaveLength(2);
  });

  it('gives way when room is needed, least recently read first', async () => {
    await ask('A');
    await ask('B');
    await ask('C');
    await ask('A');
    await ask('D');
    expect(openSymbols()).toEqual(['A', 'C', 'D']);
    await Promise.all(['E', 'F', 'G', 'H'].map(ask));
    expect(open).toBeLessThanOrEqual(3);
    expect(made.map(({ symbol }) => symbol)).toEqual(['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']);
  });

  it('is taken back when nobody has read it for a minute', async () => {
    await ask('A');
    await vi.advanceTimersByTimeAsync(idleMs - 1_000);
    expect(openSymbols()).toEqual(['A']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(open).toBe(0);
  });

  it('gives way when IB says that the login’s lines are used up by others', async () => {
    await ask('A');
    await ask('B');
    react = ({ answer, refuse }) => {
      if (open > 2) refuse(101, 'Max number of tickers has been reached');
      else for (const item of live) answer(item);
    };
    expect((await ask('C')).ticker.last).toBe(10.5);
    expect(openSymbols()).toEqual(['C']);
  });

  it('is none when the market is closed or the instrument is refused', async () => {
    react = ({ type, answer }) => {
      for (const item of type === 2 ? live : [tick(9, 10)]) answer(item);
    };
    await settled(desk.collect(query('CLOSED')));
    react = ({ refuse }) => refuse(354);
    await expect(settled(desk.collect(query('REFUSED')))).rejects.toThrow();
  });
});
