import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { httpGet } from './http.ts';

let server: Server;
const { signal } = new AbortController();
const long = 'A long statement. '.repeat(200_000);

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function serve(answer: RequestListener): Promise<string> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Reads more slowly than it is sent. */
async function slowly(body: Readable): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of body) {
    pieces.push(piece as Buffer);
    await sleep(1);
  }
  return Buffer.concat(pieces).toString();
}

describe('exchange', () => {
  it('reads all that a server has sent, also when it has hung up since', async () => {
    for (const text of [long.slice(0, 65_536), long]) {
      const address = await serve((_, response) => response.setHeader('connection', 'close').end(text));
      const { body } = await httpGet(address, {}, signal);
      // What comes meanwhile waits, and the end of it, too.
      await sleep(30);
      expect((await slowly(body)).length).toBe(text.length);
      server.close();
    }
  });

  it('sends headers, follows no redirection, and unpacks', async () => {
    const address = await serve((request, response) => {
      const location = `/?${request.headers['user-agent']}`;
      response.writeHead(302, { location, 'content-encoding': 'gzip' }).end(gzipSync(long));
    });
    const { status, location, body } = await httpGet(address, { 'user-agent': 'test' }, signal);
    expect({ status, location }).toEqual({ status: 302, location: '/?test' });
    expect(await slowly(body)).toBe(long);
  });

  it('fails when the server hangs up too early, or packs something else', async () => {
    const cut = await serve((_, response) => {
      response.writeHead(200, { 'content-length': long.length }).write(long.slice(0, 1_000), () => response.destroy());
    });
    await expect(slowly((await httpGet(cut, {}, signal)).body)).rejects.toMatchObject({ code: 'ECONNRESET' });
    server.close();
    const damaged = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip');
    });
    await expect(slowly((await httpGet(damaged, {}, signal)).body)).rejects.toMatchObject({ code: 'Z_DATA_ERROR' });
  });

  it('ends with its signal, before and after the answer began', async () => {
    const silent = await serve((request, response) => {
      if (request.url !== '/silent') response.writeHead(200).write(long);
    });
    const caller = new AbortController();
    const { body } = await httpGet(silent, {}, caller.signal);
    const waiting = httpGet(`${silent}silent`, {}, caller.signal);
    caller.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    await expect(slowly(body)).rejects.toThrow('aborted');
  });
});
