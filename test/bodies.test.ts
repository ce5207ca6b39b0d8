import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorkerRuntime, type WorkerRuntime } from '../scripts/worker-runtime.ts';

/** On the bare runtime: a development server in front would read bodies itself. */

let runtime: WorkerRuntime;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bodies-'));
  runtime = await startWorkerRuntime({ directory, vars: { LOCAL_MODE: '1' } });
});
afterAll(async () => {
  await runtime.close();
  await rm(directory, { recursive: true, force: true });
});

/** Posts `bytes` bytes, and says how the server answered, or that it closed while the client was still sending. */
function post(path: string, bytes: number, announce: boolean): Promise<number | 'closed'> {
  return new Promise((resolve) => {
    const headers = announce ? { 'Content-Length': bytes } : { 'Transfer-Encoding': 'chunked' };
    const client = request({ port: runtime.port, host: '127.0.0.1', path, method: 'POST', headers }, (response) => {
      resolve(response.statusCode ?? 0);
      client.destroy();
    });
    client.on('error', () => resolve('closed'));
    const piece = Buffer.alloc(16_384, 'x');
    for (let sent = 0; sent < bytes; sent += piece.length)
      client.write(piece.subarray(0, Math.min(piece.length, bytes - sent)));
    client.end();
  });
}

describe.each(['/oauth/register', '/oauth/token', '/relay/pair', '/sign-in', '/authorize'])('%s', (path) => {
  test.each([true, false])('refuses a body beyond measure (announced: %s)', async (announce) => {
    expect([413, 'closed']).toContain(await post(path, 2_000_000, announce));
  });

  test('reads one of ordinary size', async () => {
    expect(await post(path, 2_000, false)).not.toBe(413);
  });
});
