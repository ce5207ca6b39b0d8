import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ToolError } from '../../shared/errors.ts';
import { flexDocument, row, statement } from '../../test/support/flex-service.ts';
import { reading } from './index.ts';
import type { Kind } from './kinds.ts';
import type { Source } from './readers.ts';
import { inThread } from './thread.ts';

let folder: string;
const { signal } = new AbortController();
const maxBytes = 64 * 1_048_576;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'reading-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function statementOf(trades: number): Buffer {
  const rows = Array.from({ length: trades }, (_, index) => row('Trade', { accountId: 'U7', tradeID: index }));
  return gzipSync(flexDocument(statement('U7', { Trades: rows.join('\n') })));
}

/** Whether the event loop turned before the work was done. */
async function letsOthersRun(work: Promise<unknown>): Promise<boolean> {
  const first = nextTurn('others');
  return (await Promise.race([work, first])) === 'others';
}

const paragraph = '<p>Some words of an <b>article</b>, a sentence as long as any other.</p>\n';
const lists = (count: number) => `<R>${'<P><S><l c="A">1</l><l c="B">2</l></S></P>'.repeat(count)}</R>`;

describe('reading', () => {
  it.each<[Kind & Parameters<typeof reading>[0], (copies: number) => [Source<Kind>, string]]>([
    ['article', (copies) => [{ format: 0, text: paragraph.repeat(copies) }, paragraph.repeat(copies)]],
    ['report', (copies) => [{ xml: lists(copies), limit: 10 }, lists(copies)]],
    ['calendarEvents', (copies) => both(JSON.stringify(Array(copies).fill({ event_type: 'a' })))],
  ])('does short texts of the kind %s at once, and lets everything else go on during long ones', async (kind, make) => {
    const work = (copies: number) => {
      const [source, text] = make(copies);
      return reading(kind, source as never, text.length, signal);
    };
    expect(await letsOthersRun(work(50)), 'a short one').toBe(false);
    const long = work(30_000);
    expect(await letsOthersRun(long), 'a long one').toBe(true);
    expect(await long).toBeDefined();
  });

  it.each<[Kind & Parameters<typeof reading>[0], Source<Kind>, RegExp]>([
    ['report', { xml: '', limit: 1 }, /another report/],
    ['article', { format: 1, text: '' }, /TWS/],
    ['advisorGroups', '', /TWS/],
    ['calendarEvents', '', /fewer days/],
  ])(
    'does not even begin with what no thread could take, such as %s, and says what to do',
    async (kind, source, step) => {
      await expect(reading(kind, source as never, 6_000_001, signal)).rejects.toMatchObject({
        data: { code: 'result_too_large', nextStep: expect.stringMatching(step) },
      });
    },
  );

  it('gives the same in a thread as here', async () => {
    const text = paragraph.repeat(20);
    const here = await reading('article', { format: 0, text }, text.length, signal);
    expect(await inThread('article', { format: 0, text }, signal)).toEqual(here);
    const types = '{"event_types":[{"tag":"a","name":"A"}]}';
    expect(await inThread('calendarTypes', types, signal)).toEqual(new Map([['a', 'A']]));
  });
});

describe('inThread', () => {
  it('passes on why a reader refuses', async () => {
    const refused = inThread('report', { xml: lists(2), section: 'Q', limit: 1 }, signal);
    await expect(refused).rejects.toBeInstanceOf(ToolError);
    await expect(refused).rejects.toMatchObject({ data: { code: 'invalid_arguments', nextStep: 'There is: P.' } });
  });

  it('passes on what else goes wrong, with its code', async () => {
    const missing = inThread(
      'statementDigest',
      { file: join(folder, 'none'), maxBytes, fetched: '2026-11-20' },
      signal,
    );
    await expect(missing).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('says so when a document does not fit into the memory of a thread, and goes on', async () => {
    const many = `[${'{},'.repeat(1_000_000)}{}]`;
    const small = 32;
    await expect(inThread('calendarEvents', many, signal, small)).rejects.toMatchObject({
      data: { code: 'result_too_large' },
    });
    expect(await inThread('calendarEvents', '[]', signal, small)).toEqual([]);
  });

  it('reads few at a time, and leaves off when nobody waits any more', async () => {
    const source = { file: file('long', statementOf(100_000)), maxBytes, fetched: '2026-11-20' };
    const caller = new AbortController();
    const left = [1, 2].map(() => inThread('statementDigest', source, caller.signal).catch((error) => error));
    const order: string[] = [];
    const next = inThread('article', { format: 0, text: 'next' }, signal).then(() => order.push('next'));
    await nextTurn();
    caller.abort();
    for (const error of await Promise.all(left)) expect(error).toMatchObject({ data: { code: 'cancelled' } });
    order.push('left');
    await next;
    expect(order, 'a place is free only once they have left').toEqual(['left', 'next']);
  });

  it('refuses statements that are too large when unpacked, and damaged files', async () => {
    const packed = statementOf(1_000);
    const digest = (name: string, content: Buffer, most = maxBytes) =>
      inThread('statementDigest', { file: file(name, content), maxBytes: most, fetched: '2026-11-20' }, signal);
    await expect(digest('much', packed, 10_000)).rejects.toMatchObject({ data: { code: 'result_too_large' } });
    for (const broken of [packed.subarray(0, packed.length - 20), Buffer.from('no gzip')]) {
      await expect(digest('broken', broken)).rejects.toMatchObject({ data: { code: 'ib_error' } });
    }
  });
});

function both(text: string): [string, string] {
  return [text, text];
}
