import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tools } from '../shared/tools/index.ts';
import type { Toolset } from '../shared/tools/support/toolsets.ts';
import { type ConnectOptions, connectClient, eras } from './support/clients.ts';
import { startWorker, type TestWorker } from './support/worker.ts';

let worker: TestWorker;

beforeAll(async () => {
  worker = await startWorker();
});
afterAll(() => worker.close());

const of = (...sets: Toolset[]): string[] =>
  tools.filter(({ toolset }) => sets.includes(toolset)).map(({ name }) => name);

async function listed(options: ConnectOptions): Promise<string[]> {
  const client = await connectClient(options);
  const names = (await client.listTools()).map(({ name }) => name);
  await client.close();
  return names;
}

const at = (query: string): URL => new URL(query, worker.mcp);

describe.each(eras)('toolsets for a client of %s', (era) => {
  test('can be narrowed by the address, through discovery and consent as ever', async () => {
    expect(await listed({ era, url: at('?tools=core,options') })).toEqual(of('core', 'options'));
    expect(await listed({ era, url: at('?tools=OPTIONS') })).toEqual(of('options'));
  });

  test('can be left out at consent, and the address cannot bring them back', async () => {
    const without = ['options', 'market'];
    const client = await connectClient({ era, url: at('?tools=core,options'), without });
    expect((await client.listTools()).map(({ name }) => name)).toEqual(of('core'));
    const refused = await client.call('get_option_chain', { contract: 'AAPL' });
    expect(refused.isError).toBe(true);
    expect(refused._meta?.['ibkr-remote-mcp/error']).toMatchObject({ code: 'insufficient_scope' });
    await client.close();
  });

  test('that do not exist are refused with the known ones', async () => {
    const { auth } = await connectClient({ era, url: worker.mcp });
    const response = await fetch(at('?tools=core,everything'), {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${auth.stored?.access_token}`,
        'Content-Type': 'application/json',
        Accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }),
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(/no toolset “everything”.*core, portfolio, market/s);
  });
});
