import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDeviceKey } from './device-key.ts';
import { hubOrigin } from './hub-url.ts';
import { pair } from './pairing.ts';

interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const accepted: HttpAnswer = { status: 201, body: JSON.stringify({ home: 'home_012345', device: 'device_0123' }) };

let server: Server;
let answer: HttpAnswer;
let requests: { method: string; url: string; body: string }[];
let directory: string;
let url: string;

beforeEach(async () => {
  requests = [];
  answer = accepted;
  server = createServer(async (request, response) => {
    requests.push({ method: request.method ?? '', url: request.url ?? '', body: await bodyOf(request) });
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  directory = await mkdtemp(join(tmpdir(), 'pairing-'));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(directory, { recursive: true });
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: string[] = [];
  for await (const part of request) parts.push(String(part));
  return parts.join('');
}

const tryPair = (address = url) =>
  pair({
    url: address,
    code: ' ABCD-EFGH ',
    name: 'attic',
    version: '1.2.3',
    host: 'attic-pi',
    keyFile: join(directory, 'relay.json'),
  });

describe('pairing', () => {
  it('sends the code and the public key, and keeps the private key in the key file only', async () => {
    const paired = await tryPair(`${url}/some/page`);
    const file = await readDeviceKey(join(directory, 'relay.json'));
    expect(paired).toEqual({ version: 1, url, home: 'home_012345', device: 'device_0123', name: 'attic' });
    expect(file).toMatchObject(paired);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ method: 'POST', url: '/relay/pair' });
    const sent: unknown = JSON.parse(requests[0]?.body ?? '');
    expect(sent).toEqual({
      ...{ code: 'ABCD-EFGH', publicKey: file.privateKey.x, name: 'attic', version: '1.2.3', host: 'attic-pi' },
    });
    expect(await readFile(join(directory, 'relay.json'), 'utf8')).toContain(file.privateKey.d);
    expect(requests[0]?.body).not.toContain(file.privateKey.d);
  });

  it.each([
    [403, 'wrong_code', 'code is wrong'],
    [410, 'expired_code', 'expired'],
    [429, 'too_many_attempts', 'Too many attempts'],
    [404, 'not_a_hub', 'no ibkr-remote-mcp server'],
    [302, 'not_a_hub', 'no ibkr-remote-mcp server'],
    [500, 'refused', 'HTTP 500'],
  ])('turns HTTP %d into a sentence and leaves no file', async (status, reason, sentence) => {
    answer = { status, body: '<html>', headers: { location: 'https://elsewhere.example.com/' } };
    const error: unknown = await tryPair().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'PairingError', reason });
    expect(String(error)).toContain(sentence);
    expect(await readdir(directory)).toEqual([]);
    expect(requests).toHaveLength(1);
  });

  it("passes on the server's own sentence and next step", async () => {
    answer = {
      status: 410,
      body: JSON.stringify({ error: { code: 'used', message: 'Used.', nextStep: 'Get another.' } }),
    };
    await expect(tryPair()).rejects.toMatchObject({ reason: 'expired_code', message: 'Used. Get another.' });
  });

  it.each(['', '{}', '{"home":"x","device":"y"}'])('does not believe an answer of %j', async (body) => {
    answer = { status: 201, body };
    await expect(tryPair()).rejects.toMatchObject({ reason: 'not_a_hub' });
    expect(await readdir(directory)).toEqual([]);
  });

  it('says when nothing listens, or nothing useful', async () => {
    const mute = createTcpServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as AddressInfo;
    await expect(tryPair(`http://127.0.0.1:${port}`)).rejects.toMatchObject({ reason: 'unreachable' });
    await new Promise((resolve) => mute.close(resolve));
    await expect(tryPair(`http://127.0.0.1:${port}`)).rejects.toThrow('nothing listens there');
  });
});

describe('hub address', () => {
  it.each([
    ['mcp.example.com', 'https://mcp.example.com'],
    [' https://mcp.example.com:8443/dashboard ', 'https://mcp.example.com:8443'],
    ['http://localhost:8787', 'http://localhost:8787'],
    ['http://[::1]:8787/', 'http://[::1]:8787'],
  ])('%j is %s', (typed, origin) => {
    expect(hubOrigin(typed)).toBe(origin);
  });

  it.each(['http://mcp.example.com', 'http://127.0.0.1.example.com', 'ftp://x', 'https://me:pw@x.com', '', 'a b'])(
    '%j is refused',
    (typed) => {
      expect(() => hubOrigin(typed)).toThrow();
    },
  );
});
