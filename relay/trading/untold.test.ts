import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OrderEventBody, orderEvent } from '../../shared/orders/frames.ts';
import { compileCache } from '../../test/support/compile-cache.ts';
import { silent } from '../../test/support/connection.ts';
import { type DeskFiles, openDeskFiles } from './desk-files.ts';
import { TradingDesk } from './trading-desk.ts';
import { Untold } from './untold.ts';

const head = (length: number) => ({ generation: 'a'.repeat(16), length, hash: 'b'.repeat(64) });
const report = (ticket: string, revision: number): OrderEventBody['body'] => ({
  ...{ kind: 'ticket', ticket, revision, state: 'working', legs: [], warnings: [], at: 0 },
});
const drained = (untold: Untold) => {
  const all = [];
  for (let next = untold.take(); next; next = untold.take()) all.push(next);
  return all;
};

describe('what the outbox has no room for', () => {
  it('keeps the last word of each ticket, where it was said, with the journal of then', () => {
    const untold = new Untold();
    const tell = (body: OrderEventBody['body'], length: number) =>
      untold.add({ effect: { type: 'tell', body }, head: head(length) });
    tell(report('one', 1), 1);
    tell(report('two', 1), 2);
    tell(report('one', 2), 3);
    tell({ kind: 'stop', stopped: true, where: 'home', reason: '', kept: [], at: 0 }, 4);
    for (let n = 0; n < 30; n += 1) tell({ kind: 'notice', text: String(n), at: 0 }, 5);
    expect(untold.size).toBe(3 + 20);
    const all = drained(untold);
    expect(all.slice(0, 3).map((told) => [told.effect.body.kind, told.head.length])).toEqual([
      ['ticket', 2],
      ['ticket', 3],
      ['stop', 4],
    ]);
    expect(all[1]?.effect.body).toMatchObject({ ticket: 'one', revision: 2 });
    expect(all.at(-1)?.effect.body).toMatchObject({ text: '29' });
    expect(untold.size).toBe(0);
  });
});

describe('a desk whose outbox is full', () => {
  const room = 70;
  const fills = 90;
  let folder: string;
  let files: DeskFiles | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'untold-'));
  });
  afterEach(() => {
    files?.close();
    rmSync(folder, { recursive: true });
  });
  const begin = () => {
    const opened = openDeskFiles(folder, () => Date.now());
    files = opened;
    const nothing = () => undefined;
    return new TradingDesk({
      ...opened,
      trading: {
        onNews: nothing,
        send: async () => ({ handedOver: false }),
        look: () => new Promise(nothing),
        reconnect: nothing,
      },
      config: { mode: 'paper', clientId: 7, policy: {}, approval: 'none' },
      ...{ killFile: join(folder, 'STOP'), readOnly: { isKnown: false } },
      ...{ gatewayTime: () => Date.now(), wallTime: () => Date.now(), logger: silent, onChange: nothing },
      onDiskFailure: (error) => {
        throw error;
      },
    });
  };

  it('forgets nothing when its process is killed: Home hears of all of it after the start', async () => {
    const dying = resolve(import.meta.dirname, '../../test/support/dying-desk.ts');
    const args = [dying, folder, String(room), String(fills)];
    const said = await new Promise<string>((done) => {
      execFile(process.execPath, args, { env: { ...process.env, ...compileCache } }, (_, stdout, stderr) =>
        done(`${stdout}${stderr}`),
      );
    });
    expect(said).toBe('told\n');
    const desk = begin();
    const { outbox, journal } = files as DeskFiles;
    const events = () => outbox.pending().map((event) => ({ ...event, ...orderEvent.parse(event.body) }));
    const before = events();
    expect(before).toHaveLength(room);
    // The newest of what is in it is old.
    expect(before.at(-1)?.body).toMatchObject({
      kind: 'ticket',
      legs: [{ filled: expect.stringMatching(/^[67]\d$/) }],
    });
    expect(before.map(({ body }) => body.kind)).not.toContain('stop');

    // Home takes what is there; what was not there counts as untaken.
    desk.start();
    const last = before.at(-1);
    desk.taken({ generation: last?.generation ?? '', seq: last?.seq ?? 0 });
    const after = events().slice(room);
    expect(after.map(({ body }) => body)).toContainEqual(
      expect.objectContaining({ kind: 'ticket', legs: [expect.objectContaining({ filled: String(fills) })] }),
    );
    expect(after.map(({ body }) => body)).toContainEqual(expect.objectContaining({ kind: 'stop', reason: 'full' }));
    const lengths = events().map((event) => event.journal.length);
    expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
    expect(desk.state.acknowledged).toBeLessThan(journal.head.length);
    desk.stop();
  });
});
