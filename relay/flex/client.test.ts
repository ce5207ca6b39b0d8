import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FlexService, flexDocument, row, statement } from '../../test/support/flex-service.ts';
import { endOf, startCode } from '../../test/support/run-code.ts';
import { monotonicNow } from '../async/monotonic.ts';
import { FlexClient } from './client.ts';

const token = { name: 'main', token: '1'.repeat(24), queries: [] };
const document = flexDocument(statement('U7', { Trades: row('Trade', { accountId: 'U7', symbol: 'AAPL' }) }));
const limits = { firstWaitMs: 1, maxWaitMs: 1 };

let service: FlexService;
let folder: string;
let file: string;

beforeEach(async () => {
  service = await FlexService.start();
  service.tokens.set(token.token, new Map([['1', document]]));
  folder = mkdtempSync(join(tmpdir(), 'flex-client-'));
  file = join(folder, 'statement');
});

afterEach(async () => {
  await service.close();
  rmSync(folder, { recursive: true });
});

async function download(): Promise<string> {
  const call = { signal: new AbortController().signal, deadline: monotonicNow() + 10_000, progress: () => undefined };
  await new FlexClient(service.url, limits).download({ token, query: '1' }, file, call);
  return gunzipSync(readFileSync(file)).toString();
}

describe('a Flex client', () => {
  it('finds a statement behind comments', async () => {
    const commented = document.replace('<FlexQueryResponse', '<!-- a --> <!-- > --b -->\n<!----><FlexQueryResponse');
    service.onGet.push(commented);
    expect(await download()).toBe(commented);
  });

  // With some more comments a pattern that goes back over them would never end.
  it('refuses what is nothing but comments as soon as it is there', async () => {
    const comments = Array.from({ length: 3 }, () => '<!---->'.repeat(32));
    service.onGet.push(...comments);
    await expect(download()).rejects.toMatchObject({ code: 'ib_error' });
    expect(service.onGet).toEqual([]);
  });

  it('says that the disk is full, not that IBKR cannot be reached', async () => {
    const notes = Array.from({ length: 200 }, () => randomBytes(40).toString('hex'));
    const trades = notes.map((note) => row('Trade', { accountId: 'U7', note })).join('');
    service.tokens.set(token.token, new Map([['1', flexDocument(statement('U7', { Trades: trades }))]]));
    const code = `
      const { FlexClient } = await import('./relay/flex/client.ts');
      const call = { signal: new AbortController().signal, deadline: performance.now() + 10_000, progress() {} };
      const client = new FlexClient(${JSON.stringify(service.url)}, ${JSON.stringify(limits)});
      await client.download({ token: ${JSON.stringify(token)}, query: '1' }, ${JSON.stringify(file)}, call)
        .catch((error) => console.log(JSON.stringify(error.data)));`;
    const { stdout } = await endOf(startCode(code, { fileBlocks: 4 }));
    expect(JSON.parse(stdout)).toMatchObject({
      message: expect.stringContaining('no space left'),
      nextStep: expect.stringContaining('Free some space'),
    });
    expect(readdirSync(folder)).toEqual([]);
  });
});
