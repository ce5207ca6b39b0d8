import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { getOptionChain } from '../../shared/tools/get_option_chain.ts';
import { failure, openMarket, TestRelay } from '../../test/support/relay.ts';

let relay: TestRelay;
let now = openMarket();

beforeAll(async () => {
  relay = await TestRelay.start({ clock: () => now }, { requestsPerSecond: 1_000 });
});

afterEach(() => {
  now = openMarket();
});

afterAll(() => relay.stop());

const expiry = '2026-12-18';
const read = (args: object) => relay.read(getOptionChain, { contract: 'AAPL', expiry, ...args });

const style = (tradingClass: string) => `${tradingClass}: American exercise, settled PM, physical.`;

interface Row {
  readonly conId: number;
  readonly right: string;
  readonly strike: number;
  readonly delta: number;
}

function rowsOf({
  columns,
  rows,
}: {
  columns: readonly string[];
  rows: readonly (readonly (string | number)[])[];
}): Row[] {
  return rows.map((row) => {
    const cell = (name: string) => row[columns.indexOf(name)];
    return {
      conId: Number(cell('conId')),
      right: String(cell('right')),
      strike: Number(cell('strike')),
      delta: Math.abs(Number(cell('delta'))),
    };
  });
}

const none = { min_delta: undefined, max_delta: undefined, min_strike: undefined, right: undefined };
const idsOf = (rows: readonly Row[]): number[] => rows.map(({ conId }) => conId).sort();

/** All pages of a chain. */
async function pages(args: object): Promise<Row[][]> {
  const found: Row[][] = [];
  for (let next: string | undefined; found.length === 0 || next !== undefined; ) {
    const page = await relay.call('get_option_chain', {
      contract: 'AAPL',
      expiry,
      ...args,
      ...(next && { cursor: next }),
    });
    found.push(rowsOf(page as unknown as Parameters<typeof rowsOf>[0]));
    next = page.next as string | undefined;
  }
  return found;
}

describe('a chain by delta', () => {
  /** Has few strikes. */
  const sparse = { contract: 'MSFT' };
  let all: Row[];

  beforeAll(async () => {
    all = (await pages({ ...sparse, strikes: 100, quotes: true, limit: 100 })).flat();
  }, 30_000);

  it.each([
    { max_delta: 0.05, right: 'P' },
    { min_delta: 0.95, right: 'C' },
    { min_delta: 0.05, max_delta: 0.2 },
    { min_delta: 0.3, max_delta: 0.7, min_strike: 440 },
  ])('holds every option that fits, however far from the money: %j', async (args) => {
    const { min_delta: min = 0, max_delta: max = 1, min_strike: lowest = 0, right } = { ...none, ...args };
    const fitting = all.filter(
      (row) => row.delta >= min && row.delta <= max && row.strike >= lowest && (right ?? row.right) === row.right,
    );
    expect(fitting.length).toBeGreaterThan(5);
    const shown = (await pages({ ...sparse, ...args, limit: 100 })).flat();
    expect(idsOf(shown)).toEqual(idsOf(fitting));
  });

  it('says so when nothing fits', async () => {
    const { rows, note } = await read({ min_delta: 0.3, max_delta: 0.3001 });
    expect(rows).toEqual([]);
    expect(note).toMatch(/none/i);
  });

  it('reads few quotes of a long chain', async () => {
    const before = relay.received('reqMktData').length;
    const range = { right: 'P', min_delta: 0.1, max_delta: 0.15 };
    const chain = await read({ contract: 'SPX:IND', trading_class: 'SPX', ...range });
    expect(chain.total).toBeGreaterThan(3);
    expect(rowsOf(chain).every(({ delta }) => delta >= 0.1 && delta <= 0.15)).toBe(true);
    expect(relay.received('reqMktData').length - before).toBeLessThan(50);
  });

  it('reads few quotes of a month, says how far it looked, and goes on from there', async () => {
    let quoted = 0;
    const progress = (done: number) => {
      quoted = done;
    };
    const month = { contract: 'SPX:IND', expiry: 'NOV26', min_delta: 0.2, max_delta: 0.21, limit: 5 };
    const chain = await relay.read(getOptionChain, month, { progress });
    expect(quoted).toBeGreaterThan(20);
    expect(quoted).toBeLessThan(120);
    const [, to, of] = /series 1 to (\d+) of (\d+)/.exec(chain.note) ?? [];
    expect(Number(to)).toBeLessThan(8);
    const seen: number[] = [];
    let page = chain;
    while (!page.note.includes(`series ${Number(to) + 1} to`)) {
      seen.push(...rowsOf(page).map(({ conId }) => conId));
      page = await read({ ...month, cursor: page.next });
    }
    expect(new Set(seen).size).toBe(chain.total);
    expect(page.note).toContain(`of ${of}.`);
  });

  it('says nothing of options without a quote that it does not show', async () => {
    const silent = { on: 'in', message: 'reqMktData', do: 'error', code: 10186, text: 'No.' } as const;
    relay.sim.faults.rules.add({ ...silent, nth: 2, times: 2 });
    const range = { contract: 'MSFT', min_delta: 0.3, max_delta: 0.5 };
    const chain = await relay.call('get_option_chain', { expiry, ...range, limit: 100 });
    expect(chain.rows).not.toHaveLength(0);
    expect(chain.note).toBe(style('MSFT'));
  });
});

it('says how the classes of a day are exercised and settled, and which has ended', async () => {
  now = new Date('2026-10-16T15:00:00Z');
  relay.gateway.askTime();
  const { note } = await relay.read(getOptionChain, { contract: 'SPX:IND', expiry: '2026-10-16', strikes: 1 });
  expect(note).toContain('SPXW: European exercise, settled PM, cash.');
  expect(note).toContain('SPX: European exercise, settled AM, cash. Its series of 2026-10-16 has ended.');
});

describe('a chain that is longer than its limit', () => {
  it('begins at the money, with both rights', async () => {
    const chain = await read({ strikes: 50, limit: 6 });
    const strikes = rowsOf(chain).map(({ strike }) => strike);
    expect(strikes).toHaveLength(6);
    expect(new Set(strikes).size).toBe(3);
    for (const strike of strikes) expect(Math.abs(strike - chain.underlying.price)).toBeLessThanOrEqual(10);
  });

  it('goes on with nothing twice and nothing lost, even when the market moves meanwhile', async () => {
    const whole = rowsOf(await read({ strikes: 25, limit: 100 }));
    const first = await read({ strikes: 25, limit: 30 });
    now = new Date(openMarket().getTime() + 4 * 3_600_000);
    const rest = await pages({ strikes: 25, limit: 30, cursor: first.next });
    const shown = [...rowsOf(first), ...rest.flat()].map(({ conId }) => conId);
    expect(shown).toHaveLength(whole.length);
    expect(shown.sort()).toEqual(idsOf(whole));
  });

  it('goes on by delta, too', async () => {
    const range = { contract: 'MSFT', min_delta: 0.2, max_delta: 0.8 };
    const whole = (await read({ ...range, limit: 100 })).rows;
    const parts = (await pages({ ...range, limit: 15 })).flat();
    expect(parts.map(({ conId }) => conId).sort()).toEqual(whole.map(([, conId]) => conId).sort());
  });

  it('gives each expiry of a month its share', async () => {
    const { rows, note } = await read({ expiry: '202610', limit: 12 });
    const expiries = rows.map(([contract]) => String(contract).split(' ')[1]);
    expect(new Set(expiries).size).toBeGreaterThan(1);
    for (const each of new Set(expiries)) expect(expiries.filter((other) => other === each).length).toBeGreaterThan(2);
    expect(note).toBe(style('AAPL'));
  });

  it('goes on with later expiries where there are many', async () => {
    const { classes } = await relay.read(getOptionChain, { contract: 'SPX:IND' });
    const november = classes.flatMap(({ expiries }) => expiries.filter((day) => day.startsWith('2026-11')));
    expect(november.length).toBeGreaterThan(8);
    const args = { contract: 'SPX:IND', expiry: 'NOV26', strikes: 1, limit: 20 };
    expect((await read(args)).note).toMatch(/series 1 to 8 of \d+/);
    expect((await pages(args)).flat()).toHaveLength(november.length * 4);
  });

  it('takes a cursor only for the question it belongs to', async () => {
    const { next } = await read({ strikes: 5, limit: 3 });
    for (const cursor of [next, 'x', '.', '1.2.3']) {
      const error = await failure(relay.call('get_option_chain', { contract: 'AAPL', expiry, strikes: 6, cursor }));
      expect(error).toMatchObject({ code: 'invalid_arguments', message: expect.stringContaining('cursor') });
    }
    const overview = await failure(relay.call('get_option_chain', { contract: 'AAPL', cursor: next }));
    expect(overview.code).toBe('invalid_arguments');
  });
});

describe('the quotes of a chain', () => {
  it('count up to the end, however many rounds they take', async () => {
    const steps: number[] = [];
    const progress = (done: number) => steps.push(done);
    const range = { right: 'C', min_delta: 0.4, max_delta: 0.6 };
    await relay.call('get_option_chain', { contract: 'MSFT', expiry, ...range }, { progress });
    expect(steps.length).toBeGreaterThan(10);
    expect(steps).toEqual(steps.map((_, index) => index + 1));
  });

  it('are told apart by row where some are delayed', async () => {
    const delayed = { message: 'marketDataType', where: { type: 1 }, fields: { type: 3 } };
    relay.sim.faults.rules.add({ on: 'out', do: 'change', ...delayed, nth: 2, times: 2 });
    const { columns, rows, dataType } = await read({ contract: 'MSFT', strikes: 2, quotes: true });
    const types = rows.map((row) => String(row[columns.indexOf('dataType')]));
    expect(types.sort()).toEqual(['delayed', 'delayed', 'live', 'live', 'live', 'live', 'live', 'live']);
    expect(dataType.split(', ').sort()).toEqual(['delayed', 'live']);
  });

  it('lie around the last close where the underlying has no price', async () => {
    const { price } = (await read({ strikes: 1 })).underlying;
    relay.sim.faults.rules.add({ on: 'in', message: 'reqMktData', do: 'error', code: 10186, text: 'No.' });
    const chain = await read({ strikes: 3 });
    expect(chain.underlying).not.toHaveProperty('price');
    for (const { strike } of rowsOf(chain)) expect(Math.abs(strike - price)).toBeLessThan(30);
    expect(chain.note).toMatch(/no price now, so its last daily close, 3\d\d/);
    expect(chain.note).toMatch(/subscri/);
  });

  it('lack for a reason that is told once', async () => {
    relay.sim.faults.rules.add({
      on: 'in',
      message: 'reqMktData',
      do: 'error',
      code: 10186,
      text: 'No.',
      times: 'always',
    });
    const { note } = await read({ strikes: 1, quotes: true });
    relay.sim.faults.rules.clear();
    expect(note.match(/no delayed data for it/g)).toHaveLength(1);
    expect(note).toContain('4 of 4 options have no quote.');
  });
});

describe('expiries', () => {
  it('that are over on the exchange’s day are not listed', async () => {
    const listed = async () => (await relay.read(getOptionChain, { contract: 'AAPL' })).classes[0].expiries;
    const [first, second] = await listed();
    expect(first).toBe('2026-10-16');
    now = new Date(Date.UTC(2026, 9, 16, 23, 0, 0));
    relay.gateway.askTime();
    await expect.poll(async () => (await listed())[0], { timeout: 4_000 }).toBe('2026-10-16');
    now = new Date(Date.UTC(2026, 9, 17, 8, 0, 0));
    relay.gateway.askTime();
    await expect.poll(async () => (await listed())[0], { timeout: 4_000 }).toBe(second);
  });

  it.each([
    { strikes: 3 },
    { min_strike: 0 },
    { max_strike: 500 },
    { right: 'C' },
    { min_delta: 0 },
    { max_delta: 1 },
    { quotes: true },
  ])('have to be named for options to be chosen by %j, and it is said', async (args) => {
    const { note, classes } = await relay.read(getOptionChain, { contract: 'AAPL', ...args });
    expect(classes).not.toHaveLength(0);
    expect(note).toContain('Name an expiry');
  });
});
