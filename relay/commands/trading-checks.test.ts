import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { controlSocketIn, serveControl } from '../control/control-socket.ts';
import type { DeskReport } from '../control/desk-report.ts';
import { openDeskFiles } from '../trading/desk-files.ts';
import type { Check } from './check.ts';
import { checkTrading, type ExaminedSettings, lineFor } from './trading-checks.ts';

let dataDir: string;
const cleanups: (() => void)[] = [];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'doctor-'));
});
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
  rmSync(dataDir, { recursive: true, force: true });
});

const examine = async (changes: Partial<ExaminedSettings> = {}) => {
  const config = {
    trading: 'paper',
    approval: 'ticket',
    policy: { maxDayOrders: 3 },
    killFile: undefined,
    dataDir,
  } as const;
  return new Map((await checkTrading({ ...config, ...changes })).map((check) => [check.name, check]));
};
const well: DeskReport = {
  journal: { generation: 'a'.repeat(16), length: 4 },
  verified: { ok: true, text: 'The journal (4 entries) and the audit (9 entries) hold together.' },
  stops: [],
  trust: 'believed',
  readOnly: false,
  accounts: ['DU1234567'],
  open: 2,
  unknown: [],
};
/** A relay that runs, and reports this. */
const running = (changes: Partial<DeskReport> = {}, reply: { ok: boolean; text?: string } = { ok: true }) => {
  const text = reply.text ?? JSON.stringify({ ...well, ...changes });
  cleanups.push(
    serveControl(
      controlSocketIn(dataDir),
      async () => ({ ok: reply.ok, text }),
      () => undefined,
    ),
  );
};
const failed = (checks: Map<string, Check>) => [...checks.values()].filter(({ state }) => state === 'failed');

describe('how trading stands', () => {
  it('is one line where the relay only reads', async () => {
    expect([...(await examine({ trading: 'read-only' })).values()]).toMatchObject([
      { name: 'trading', state: 'ok', detail: expect.stringMatching(/only reads.*RELAY_TRADING=paper/) },
    ]);
  });

  it('is asked of the relay that runs, and names no account', async () => {
    running();
    const checks = await examine();
    expect([...checks].map(([name, { state }]) => `${name} ${state}`)).toEqual([
      'trading ok',
      'order journal ok',
      'order accounts ok',
      'gateway’s orders ok',
      'stops ok',
      'trust ok',
      'tickets ok',
    ]);
    expect(checks.get('trading')?.detail).toBe('Mode paper, approval ticket, 1 limits.');
    expect(checks.get('order journal')?.detail).toMatch(/hold together\. The relay that runs has it; .* a{16}\.$/);
    expect(JSON.stringify([...checks.values()])).not.toContain('DU1234567');
  });

  it.each<[string, Partial<DeskReport>, string, RegExp, RegExp]>([
    ['a live account', { accounts: ['DU1', 'U1'] }, 'order accounts', /^1 of the login/, /TRADING_MODE=paper/],
    ['a read-only gateway', { readOnly: true }, 'gateway’s orders', /read-only mode/, /READ_ONLY_API=no/],
    ['a broken chain', { verified: { ok: false, text: 'Entry 3 was changed.' } }, 'order journal', /Entry 3/, /TWS/],
    [
      'the breaker',
      { stops: [{ where: 'breaker', reason: 'five rejections', since: 0 }] },
      'stops',
      /breaker, since 1970-01-01.*five rejections/,
      /resume-trading \(.*--yes/,
    ],
    [
      'a stop at home',
      { stops: [{ where: 'home', reason: 'holidays', since: 0 }] },
      'stops',
      /holidays/,
      /resume-trading/,
    ],
    [
      'a stop of the dashboard',
      { stops: [{ where: 'dashboard', reason: 'no', since: 0 }] },
      'stops',
      /dashboard/,
      /^lift it on the dashboard, under Trading$/,
    ],
    ['a pair that is not believed', { trust: 'asked' }, 'trust', /another journal/, /trust shows both sides/],
    [
      'an unknown outcome',
      { unknown: ['t'.repeat(16)] },
      'tickets',
      /^1 of 2 open .*t{16}/,
      /resolve t{16} --placed \(or --not-placed\)/,
    ],
  ])('says what to do about %s', async (_, changes, name, detail, nextStep) => {
    running(changes);
    expect(failed(await examine())).toEqual([
      { name, state: 'failed', detail: expect.stringMatching(detail), nextStep: expect.stringMatching(nextStep) },
    ]);
  });

  it('says so when the relay that runs cannot use its journal', async () => {
    running({}, { ok: false, text: 'The relay cannot use its journal of orders.' });
    expect(failed(await examine())).toMatchObject([
      { name: 'order journal', detail: expect.stringMatching(/cannot use/) },
    ]);
  });

  it('is read from the files while no relay runs, and the kill file beside them', async () => {
    expect((await examine()).get('order journal')).toMatchObject({ state: 'skipped' });
    openDeskFiles(dataDir, () => Date.now()).close();
    writeFileSync(join(dataDir, 'STOP'), '');
    const checks = await examine();
    expect(checks.get('order journal')?.detail).toMatch(/0 entries.*No relay runs, so nobody has it/);
    expect(checks.get('order accounts')?.state).toBe('skipped');
    expect(failed(checks)).toMatchObject([
      { name: 'stops', detail: expect.stringMatching(/kill file/), nextStep: expect.stringMatching(/^rm .*STOP$/) },
    ]);
    writeFileSync(join(dataDir, 'orders.sqlite'), 'x'.repeat(5_000));
    expect(failed(await examine())).toMatchObject([
      { name: 'order journal', detail: expect.stringMatching(/damaged/) },
    ]);
  });

  it('names the line for where it runs', () => {
    expect(lineFor('trust', '/app/relay.mjs')).toBe(
      'docker compose -f docker-compose.relay.yml exec relay node /app/relay.mjs trust',
    );
    expect(lineFor('trust', '/x/relay/main.ts')).toBe('npm run relay -- trust');
    expect(lineFor('trust', 'dist/relay.mjs')).toBe('node dist/relay.mjs trust');
  });
});
