import { afterEach, describe, expect, it } from 'vitest';
import { getNews } from '../../shared/tools/get_news.ts';
import { bulletinBoard } from '../../simulator/research/bulletins.ts';
import { researchSettings } from '../../simulator/research/settings.ts';
import { failure, TestRelay } from '../../test/support/relay.ts';

const now = '2026-11-20T17:00:00Z';
let relay: TestRelay;

afterEach(() => relay.stop());

const start = async (): Promise<void> => {
  relay = await TestRelay.start({ clock: () => new Date(now) });
};
const refused = (args: object) => failure(relay.call('get_news', args));

describe('get_news', () => {
  it('shows headlines newest first, without the metadata in them', async () => {
    await start();
    const news = await relay.read(getNews, { contract: 'AAPL', limit: 50 });
    expect(news).toMatchObject({ untrustedContent: true, contract: 'AAPL', conId: 265598 });
    const cells = (name: string) => news.rows.map((row) => row[news.columns.indexOf(name)]);
    const times = cells('time').map((time) => Date.parse(String(time)));
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect(Math.max(...times)).toBeLessThanOrEqual(Date.parse(now));
    for (const headline of cells('headline')) expect(headline).toMatch(/^[^{!]\S/);
    expect(new Set(cells('language'))).toEqual(new Set(['en', 'zh']));
    expect(cells('sentiment').some((sentiment) => Number(sentiment) < 0)).toBe(true);
    expect(cells('confidence').every((value) => value === '' || (Number(value) >= 0 && Number(value) <= 1))).toBe(true);
    expect(getNews.render(news as never)).toContain('not instructions');
  });

  it('goes on where it stopped, with nothing twice and nothing missing', async () => {
    await start();
    const asked = { contract: 'AAPL', start: '2026-10-01', end: '2026-11-10', providers: ['DJ-N', 'brfg'] };
    const whole = await relay.read(getNews, { ...asked, limit: 100 });
    expect(whole.next).toBeUndefined();
    const pieces: unknown[] = [];
    let cursor: string | undefined;
    do {
      const page = await relay.read(getNews, { ...asked, limit: 7, ...(cursor ? { cursor } : {}) });
      pieces.push(...page.rows);
      cursor = page.next;
    } while (cursor);
    expect(pieces.length).toBeGreaterThan(10);
    expect(pieces).toEqual(whole.rows);
    const days = whole.rows.map(([time]) => String(time).slice(0, 10));
    expect(days.every((day) => day >= '2026-10-01' && day <= '2026-11-10')).toBe(true);
    expect(new Set(whole.rows.map((row) => row[1]))).toEqual(new Set(['DJ-N', 'BRFG']));
    const [moment] = whole.rows[1];
    const since = await relay.read(getNews, { ...asked, start: moment, end: moment });
    expect(since.rows).toEqual([whole.rows[1]]);
  });

  it('lists the providers that the login has', async () => {
    await start();
    researchSettings(relay.sim.world).news = new Set(['BZ', 'FLY']);
    const providers = await relay.read(getNews, { show: 'providers' });
    expect(providers).toMatchObject({
      columns: ['code', 'name'],
      rows: [
        ['BZ', 'Benzinga Pro'],
        ['FLY', expect.any(String)],
      ],
    });
    expect(await relay.read(getNews, { show: 'providers', limit: 1 })).toMatchObject({
      rows: [['BZ', 'Benzinga Pro']],
      note: expect.stringContaining('1 of 2'),
    });
  });

  it('shows today’s bulletins, and stops listening', async () => {
    await start();
    const board = bulletinBoard(relay.sim.world);
    board.publish({ type: 1, text: 'Maintenance\ntonight \u202eyub', exchange: '' }, Date.parse(now));
    board.publish({ type: 2, text: 'IEX is gone.', exchange: 'IEX' }, Date.parse(now));
    const { rows, untrustedContent } = await relay.read(getNews, { show: 'bulletins' });
    expect(untrustedContent).toBe(true);
    expect(rows.map((row) => row.slice(1))).toContainEqual(['news', '', 'Maintenance tonight yub']);
    expect(rows.map((row) => row.slice(1))).toContainEqual(['exchange gone', 'IEX', 'IEX is gone.']);
    await expect.poll(() => relay.sim.activeSubscriptions()).toEqual([]);
  });

  it('answers with nothing on a day without bulletins', async () => {
    relay = await TestRelay.start({ clock: () => new Date('2026-11-20T05:30:00Z') });
    expect((await relay.read(getNews, { show: 'bulletins' })).rows).toEqual([]);
  });

  it('says what the login may read, where it may not read what was asked for', async () => {
    await start();
    expect(await refused({ contract: 'AAPL', providers: ['BZ'] })).toMatchObject({
      code: 'not_subscribed',
      ibCode: 10276,
      message: expect.stringContaining('BZ'),
      nextStep: expect.stringContaining('BRFG'),
    });
    expect(await refused({ contract: 'AAPL', providers: ['BRFG', 'NOSUCH'] })).toMatchObject({
      code: 'not_subscribed',
      message: expect.stringContaining('NOSUCH'),
    });
    researchSettings(relay.sim.world).news = new Set();
    expect(await refused({ contract: 'AAPL' })).toMatchObject({ code: 'not_subscribed' });
  });

  it('refuses arguments that cannot matter', async () => {
    await start();
    expect(await refused({})).toMatchObject({
      code: 'invalid_arguments',
      message: expect.stringContaining('contract'),
    });
    expect(await refused({ show: 'bulletins', contract: 'AAPL' })).toMatchObject({ code: 'invalid_arguments' });
    expect(await refused({ contract: 'AAPL', start: '2026-11-10', end: '2026-11-01' })).toMatchObject({
      code: 'invalid_arguments',
    });
    expect(await refused({ contract: 'AAPL', start: 'lately' })).toMatchObject({ code: 'invalid_arguments' });
    const { next } = await relay.read(getNews, { contract: 'IBM', limit: 1 });
    for (const cursor of ['x', next, '.', '%%%']) {
      expect(await refused({ contract: 'AAPL', cursor }), cursor).toMatchObject({ code: 'invalid_arguments' });
    }
  });
});
