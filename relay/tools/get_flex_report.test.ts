import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { getFlexReport } from '../../shared/tools/get_flex_report.ts';
import { FlexService, flexDocument, row, statement } from '../../test/support/flex-service.ts';
import { failure, TestRelay } from '../../test/support/relay.ts';
import { monotonicNow } from '../async/monotonic.ts';
import type { FlexToken } from '../flex/tokens.ts';
import { openRecords } from '../performance/records.ts';

const mainToken = '111111111111111111111111';
const otherToken = '222222222222222222222222';
const limits = { firstWaitMs: 5, maxWaitMs: 20, throttledWaitMs: 10 };

const trades = Array.from({ length: 5 }, (_, index) =>
  row('Trade', {
    accountId: 'DU1000001',
    currency: 'USD',
    symbol: index === 3 ? 'T&C <x>' : 'AAPL',
    conid: 265598 + index,
    tradeDate: '20261102',
    quantity: index - 2,
    tradePrice: '123.45',
    netCash: -1000.5 * index,
    empty: '',
  }),
).join('\n');
const activity = flexDocument(
  statement('DU1000001', { Trades: trades, CashTransactions: '' }),
  statement('DU1000002', { Trades: row('Trade', { accountId: 'DU1000002', symbol: 'MSFT', quantity: 1 }) }),
);

let relay: TestRelay;
let service: FlexService;
let folder: string;

beforeAll(async () => {
  relay = await TestRelay.start();
});

afterAll(() => relay.stop());

beforeEach(async () => {
  service = await FlexService.start();
  service.tokens.set(mainToken, new Map([['900001', activity]]));
  service.tokens.set(otherToken, new Map([['900002', flexDocument(statement('U7', { Trades: '' }))]]));
  folder = mkdtempSync(join(tmpdir(), 'flex-'));
  relay.config = {};
  open();
});

afterEach(async () => {
  relay.records.close();
  await service.close();
  rmSync(folder, { recursive: true });
});

/** A relay that was just started with these settings, on the same folder. */
function open(maxBytes?: number): void {
  relay.records = openRecords(folder, {
    tokens: [
      { name: 'main', token: mainToken, queries: [{ id: '900001', label: 'activity' }] },
      { name: 'wife', token: otherToken, queries: [] },
    ],
    baseUrl: service.url,
    limits: { ...limits, ...(maxBytes && { maxBytes }) },
  });
}

function sent(): number {
  return service.requests.filter(({ path }) => path.endsWith('SendRequest')).length;
}

describe('get_flex_report', () => {
  it('lists the queries of the settings and those that were run', async () => {
    expect(await relay.read(getFlexReport)).toEqual({
      queries: [{ token: 'main', query: '900001', name: 'activity' }],
    });
    await relay.read(getFlexReport, { query: '900002', token: 'wife' });
    const { queries } = await relay.read(getFlexReport);
    expect(queries[1]).toMatchObject({ token: 'wife', query: '900002', name: 'Activity', sections: ['Trades'] });
    expect((await relay.read(getFlexReport, { token: 'main' })).queries).toHaveLength(1);
  });

  it('says how to set up tokens when there are none', async () => {
    relay.records = openRecords(folder, { tokens: [], baseUrl: service.url });
    expect((await relay.read(getFlexReport)).note).toContain('RELAY_FLEX_TOKENS');
    expect(await failure(relay.call('get_flex_report', { query: '1' }))).toMatchObject({ code: 'no_data' });
  });

  it('runs a query by its name and shows what there is', async () => {
    const result = await relay.read(getFlexReport, { query: 'Activity' });
    expect(result).toMatchObject({
      token: 'main',
      query: '900001',
      statements: [
        { account: 'DU1000001', from: '20260101', to: '20261119' },
        { account: 'DU1000002', from: '20260101', to: '20261119' },
      ],
      sections: { Trades: 6, CashTransactions: 0 },
    });
    const [send, get] = service.requests;
    expect(Object.fromEntries(send?.query ?? [])).toEqual({ t: mainToken, q: '900001', v: '3' });
    expect(Object.fromEntries(get?.query ?? [])).toEqual({ t: mainToken, q: '7000000000', v: '3' });
    expect(send?.userAgent).toMatch(/^ibkr-remote-mcp\/\d/);
  });

  it('gives a section column by column, filtered and in pages', async () => {
    const ask = (args: object) => relay.read(getFlexReport, { query: '900001', section: 'trades', ...args });
    const all = await ask({});
    expect(all).toMatchObject({ section: 'Trades', total: 6 });
    expect(all.columns).not.toContain('empty');
    expect(all.rows[3]).toEqual(['DU1000001', 'USD', 'T&C <x>', 265601, '20261102', 1, 123.45, -3001.5]);
    expect(await ask({ filter: ['symbol=aapl', 'quantity>=0'], columns: ['QUANTITY', 'conid'] })).toMatchObject({
      columns: ['quantity', 'conid'],
      rows: [
        [0, 265600],
        [2, 265602],
      ],
      total: 2,
    });
    expect((await ask({ filter: ['symbol~&c'] })).total).toBe(1);
    expect((await ask({ filter: ['netCash<=-2001'] })).total).toBe(3);
    const first = await ask({ limit: 4 });
    const second = await ask({ limit: 4, cursor: first.next });
    expect([...first.rows, ...second.rows]).toHaveLength(6);
    expect(second.next).toBeUndefined();
    expect(sent(), 'one statement serves all pages').toBe(1);
    expect((await failure(ask({ cursor: first.next, filter: ['symbol=AAPL'] }))).code).toBe('invalid_arguments');
  });

  it('shows the same rows in the overview as in the section, an account’s segments among them', async () => {
    const cash = { currency: 'EUR', type: 'Deposits/Withdrawals', reportDate: '20260915', amount: 1000 };
    const sections = {
      CashTransactions:
        row('CashTransaction', { accountId: 'U7654321', ...cash, transactionID: '11' }) +
        row('CashTransaction', { accountId: '-', acctAlias: '-', ...cash, transactionID: '' }) +
        row('CashTransaction', { accountId: 'U1111111', ...cash, transactionID: '12' }),
      Transfers: row('Transfer', { accountId: 'U7654321-P', type: 'OTC', direction: 'IN' }),
    };
    const segment = statement('U7654321-P', { Transfers: row('Transfer', { accountId: 'U7654321-P', type: 'OTC' }) });
    service.tokens.set(mainToken, new Map([['900001', flexDocument(statement('U7654321', sections), segment)]]));
    relay.config = { allowedAccounts: ['U7654321'] };
    const overview = await relay.read(getFlexReport, { query: '900001' });
    expect(overview).toMatchObject({ sections: { CashTransactions: 1, Transfers: 2 } });
    expect(overview.statements).toHaveLength(2);
    const section = (name: string) => relay.read(getFlexReport, { query: '900001', section: name });
    expect(await section('CashTransactions')).toMatchObject({ total: 1, note: expect.stringContaining('rowType=Sum') });
    expect(await section('Transfers')).toMatchObject({ total: 2 });
    relay.config = {};
    expect(await relay.read(getFlexReport, { query: '900001' })).toMatchObject({ sections: { CashTransactions: 2 } });
  });

  it('says that a statement names its account by an alias, with and without a list of accounts', async () => {
    service.tokens.set(mainToken, new Map([['900001', flexDocument(statement('Joint', { Trades: '' }))]]));
    expect((await relay.read(getFlexReport, { query: '900001' })).note).toContain('“Joint”');
    relay.config = { allowedAccounts: ['U7654321'] };
    expect((await relay.read(getFlexReport, { query: '900001' })).note).toContain('Display Account Alias');
    expect(await failure(relay.call('get_flex_report', { query: '900001', section: 'Trades' }))).toMatchObject({
      code: 'no_data',
      nextStep: expect.stringContaining('Display Account Alias'),
    });
  });

  it('reads days in the order that the statement has, and says when none is known', async () => {
    const of = (period: { from: string; to: string }, ...days: string[]) =>
      flexDocument(
        statement('U1', { Trades: days.map((tradeDate) => row('Trade', { tradeDate })).join('') }, period),
      ).replace(/whenGenerated="[^"]*"/, 'whenGenerated="05/06/2026;031500"');
    const period = { from: '01/02/2026', to: '03/04/2026' };
    const ask = async (document: string) => {
      service.tokens.set(mainToken, new Map([['900001', document]]));
      const filter = ['tradeDate>=2026-02-01'];
      return relay.read(getFlexReport, { query: '900001', section: 'Trades', filter, refresh: true });
    };
    expect((await ask(of(period, '25/01/2026', '02/03/2026'))).rows).toEqual([['02/03/2026']]);
    expect((await ask(of(period, '01/25/2026', '02/03/2026'))).rows).toEqual([['02/03/2026']]);
    const unclear = await ask(of(period, '02/03/2026'));
    expect(unclear).toMatchObject({ total: 0, note: expect.stringContaining('Date Format to yyyyMMdd') });
  });

  it('says at once that the format of the query must be XML', async () => {
    const table = '"ClientAccountID","CurrencyPrimary","Symbol"\n"U7654321","USD","AAPL"\n';
    service.onGet.push({ code: 1019 });
    service.tokens.set(mainToken, new Map([['900001', table]]));
    expect(await failure(relay.call('get_flex_report', { query: '900001' }))).toMatchObject({
      message: expect.stringContaining('CSV'),
      nextStep: expect.stringContaining('Format to XML'),
    });
    expect(service.requests.filter(({ path }) => path.endsWith('GetStatement'))).toHaveLength(2);
  });

  it('explains wrong arguments', async () => {
    const says = async (args: object) => {
      const { code, message, nextStep } = await failure(relay.call('get_flex_report', args));
      expect(code).toBe('invalid_arguments');
      return `${message} ${nextStep}`;
    };
    expect(await says({ query: 'activty' })).toContain('Did you mean activity?');
    expect(await says({ query: '900003' })).toContain('main, wife');
    expect(await says({ query: '1', token: 'nobody' })).toContain('main, wife');
    expect(await says({ query: '900001', section: 'Trade' })).toContain('Did you mean Trades?');
    expect(await says({ query: '900001', section: 'Trades', filter: ['symbl=x'] })).toContain('Did you mean symbol?');
    expect(await says({ query: '900001', section: 'Trades', filter: ['x'] })).toContain('is no condition');
    expect(await says({ query: '900001', columns: ['symbol'] })).toContain('Name the section');
    expect(await says({ query: '900001', from: '2026-03-01' })).toContain('both');
    for (const to of ['2026-02-01', '2027-03-03']) {
      expect(await says({ query: '900001', from: '2026-03-01', to })).toContain('both');
    }
    for (const to of ['2026-13-01', '2026-04', '2026', 'today', '04/05/2026']) {
      expect(await says({ query: '900001', from: '2026-03-01', to })).toContain(`“${to}” is no date`);
    }
    const day = await says({ query: '900001', section: 'Trades', filter: ['tradeDate>=04/05/2026'] });
    expect(day).toContain('has days as “20261102”');
    expect(await says({ section: 'Trades' })).toContain('need a query');
  });

  it('passes dates on, and keeps such statements apart', async () => {
    await relay.read(getFlexReport, { query: '900001' });
    await relay.read(getFlexReport, { query: '900001', from: '2026-02-01', to: '2026-02-28' });
    const last = service.requests.findLast(({ path }) => path.endsWith('SendRequest'));
    expect(last?.query.get('fd')).toBe('20260201');
    expect(last?.query.get('td')).toBe('20260228');
    for (const [from, to] of [
      ['20260201', '20260228'],
      ['01-Feb-2026', '02/28/2026'],
    ]) {
      await relay.read(getFlexReport, { query: '900001', from, to });
    }
    expect(sent()).toBe(2);
  });

  it('remembers statements over a restart, privately, and runs again when asked', async () => {
    await relay.read(getFlexReport, { query: 'activity' });
    open();
    expect((await relay.read(getFlexReport, { query: 'activity', section: 'Trades' })).total).toBe(6);
    expect(sent()).toBe(1);
    await relay.read(getFlexReport, { query: 'activity', refresh: true });
    expect(sent()).toBe(2);
    const files = readdirSync(join(folder, 'flex'));
    expect(files).toHaveLength(2);
    for (const file of files) expect(statSync(join(folder, 'flex', file)).mode & 0o077).toBe(0);
    expect(readFileSync(join(folder, 'flex', 'index.json'), 'utf8')).not.toContain(mainToken);
  });

  it('keeps activity for hours and trade confirmations for minutes', async () => {
    const confirmations = activity.replace('type="AF"', 'type="TCF"');
    service.tokens.set(otherToken, new Map([['900002', confirmations]]));
    const readBoth = async () => {
      await relay.read(getFlexReport, { query: '900001' });
      await relay.read(getFlexReport, { query: '900002', token: 'wife' });
      return sent();
    };
    expect(await readBoth()).toBe(2);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
    expect(await readBoth()).toBe(3);
    vi.setSystemTime(Date.now() + 6 * 3_600_000);
    expect(await readBoth()).toBe(5);
    vi.useRealTimers();
  });

  it('waits while the statement is generated, with progress', async () => {
    service.onSend.push({ code: 1001 }, { code: 1009 });
    service.onGet.push({ code: 1019 }, { code: 1019 }, { code: 1004, status: 'Warn' }, { code: 1021 });
    const messages: string[] = [];
    const progress = (_done: number, _total: number | undefined, message: string) => messages.push(message);
    expect((await relay.read(getFlexReport, { query: 'activity' }, { progress })).sections.Trades).toBe(6);
    expect(messages.filter((message) => message.includes('still generating'))).toHaveLength(2);
    expect(sent()).toBe(3);
  });

  it('waits longer when it was too fast', async () => {
    service.onSend.push({ code: 1018 });
    await relay.read(getFlexReport, { query: 'activity' });
    const [refused, again] = service.requests;
    expect((again?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(limits.throttledWaitMs - 1);
  });

  it('continues with the same statement when the time was too short', async () => {
    service.onGet.push({ code: 1019 });
    const { flex } = relay.records;
    const [token] = flex.tokens as [FlexToken];
    const hurried = { signal: new AbortController().signal, deadline: monotonicNow(), progress: () => undefined };
    const late = await failure(flex.run({ token, query: '900001' }, hurried));
    expect(late).toMatchObject({ code: 'ib_error', ibCode: 1019 });
    expect(late.nextStep).toContain('continues');
    await relay.read(getFlexReport, { query: 'activity' });
    expect(sent()).toBe(1);
  });

  it.each([
    [1012, 'expired'],
    [1015, 'not valid'],
    [1013, 'IP address'],
    [1014, 'query id'],
    [1020, 'validate'],
    [1099, 'The documented text of 1099'],
  ])('explains refusal %i at once', async (code, text) => {
    service.onSend.push({ code });
    const error = await failure(relay.call('get_flex_report', { query: 'activity' }));
    expect(error).toMatchObject({ code: 'ib_error', ibCode: code });
    expect(error.message).toContain(text);
    expect(error.nextStep).toBeTruthy();
    expect(service.requests).toHaveLength(1);
  });

  it('gives up on a service that is down or talks nonsense, without showing the token', async () => {
    const refused = async () => {
      const error = await failure(relay.call('get_flex_report', { query: 'activity' }));
      expect(JSON.stringify(error)).not.toContain(mainToken);
      return `${error.code} ${error.message}`;
    };
    service.onSend.push({ http: 503 }, { http: 503 }, { http: 503 });
    expect(await refused()).toContain('HTTP 503');
    service.onSend.push({ http: 403 });
    expect(await refused()).toContain('HTTP 403');
    service.onSend.push(...Array.from({ length: 3 }, () => '<html><body>Maintenance</body></html>'));
    expect(await refused()).toContain('something else than its XML');
    service.onGet.push(activity.slice(0, 900));
    expect(await refused()).toMatch(/ib_error The statement is damaged near line \d+/);
    const entities = `<!DOCTYPE x [<!ENTITY a "b">]>${activity}`;
    service.onGet.push(entities, '', entities);
    expect(await refused()).toContain('something else');
    await service.close();
    expect(await refused()).toContain('cannot be reached (ECONNREFUSED)');
    service = await FlexService.start();
    expect(readdirSync(join(folder, 'flex')), 'nothing is left behind').toEqual([]);
  });

  it('sends the token nowhere but to the service', async () => {
    service.statementUrl = 'https://thief.example/GetStatement';
    await relay.read(getFlexReport, { query: 'activity' });
    expect(service.requests.at(-1)?.path).toBe('/FlexWebService/GetStatement');
  });

  it('refuses a statement that is too large', async () => {
    open(1_000);
    expect((await failure(relay.call('get_flex_report', { query: 'activity' }))).code).toBe('result_too_large');
    expect(readdirSync(join(folder, 'flex'))).toEqual([]);
  });

  it('shows only accounts that the relay’s owner allows', async () => {
    relay.config = { allowedAccounts: ['DU1000002'] };
    const overview = await relay.read(getFlexReport, { query: 'activity' });
    expect(overview).toMatchObject({ statements: [{ account: 'DU1000002' }], sections: { Trades: 1 } });
    expect(overview.note).toContain('left out');
    const { rows } = await relay.read(getFlexReport, { query: 'activity', section: 'Trades' });
    expect(JSON.stringify(rows)).not.toContain('DU1000001');
    relay.config = { allowedAccounts: ['U999'] };
    expect(await failure(relay.call('get_flex_report', { query: 'activity', section: 'Trades' }))).toMatchObject({
      code: 'no_data',
    });
  });

  it('asks IBKR once for what several ask at the same time', async () => {
    const asked = [1, 2, 3].map(() => relay.read(getFlexReport, { query: 'activity', refresh: true }));
    for (const { sections } of await Promise.all(asked)) expect(sections.Trades).toBe(6);
    expect(sent()).toBe(1);
  });

  it('stops when the caller leaves', async () => {
    service.onGet.push(...Array.from({ length: 1_000 }, () => ({ code: 1019 })));
    const caller = new AbortController();
    const call = relay.call('get_flex_report', { query: 'activity' }, { signal: caller.signal });
    await expect.poll(() => service.requests.length).toBeGreaterThan(2);
    caller.abort();
    expect((await failure(call)).code).toBe('cancelled');
    const requests = service.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(service.requests.length, 'one may have been on its way').toBeLessThanOrEqual(requests + 1);
  });

  it('reads a large statement without holding up anything else', async () => {
    const many = Array.from({ length: 15_000 }, (_, index) =>
      row('Trade', { accountId: 'U7', symbol: 'AAPL', tradeID: index, description: 'x'.repeat(300) }),
    ).join('\n');
    service.tokens.set(otherToken, new Map([['900002', flexDocument(statement('U7', { Trades: many }))]]));
    await relay.read(getFlexReport, { query: '900002', token: 'wife' });
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    const { total } = await relay.read(getFlexReport, {
      query: '900002',
      token: 'wife',
      section: 'Trades',
      limit: 500,
    });
    clearInterval(timer);
    expect(total).toBe(15_000);
    expect(turns).toBeGreaterThan(20);
  });
});
