import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { EventName } from '@stoqey/ib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gatewayWithClient, type Pair } from '../test/support/simulator/client.ts';
import { frame } from './protocol/framing.ts';

const greeting = Buffer.concat([Buffer.from('API\0'), frame('v100..193')]);
const startMessage = frame('71\x002\x009\0\0');
const ask = frame('104\x0077\0');

let pair: Pair;
const reasons: unknown[] = [];
const note = ({ reason }: Readonly<Record<string, unknown>>): void => {
  if (reason !== undefined) reasons.push(reason);
};

beforeEach(async () => {
  reasons.length = 0;
  pair = await gatewayWithClient({ handshakeMs: 300, logger: { debug: () => {}, info: note, warn: note } });
});
afterEach(() => pair.close());

async function raw(): Promise<{ socket: Socket; received: () => string }> {
  const socket = connect(pair.gateway.port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1').replaceAll('\0', '|');
  });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return { socket, received: () => text };
}

const closed = (socket: Socket): Promise<unknown> => (socket.destroyed ? Promise.resolve() : once(socket, 'close'));

async function othersAreServed(): Promise<void> {
  const before = pair.client.all(EventName.currentTime).length;
  pair.client.api.reqCurrentTime();
  await expect.poll(() => pair.client.all(EventName.currentTime).length).toBeGreaterThan(before);
}

function lengthOnly(length: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(length);
  return bytes;
}

describe('a client that lies about lengths', () => {
  it.each([0, -1, -2_147_483_648, (16 << 20) + 1, 2_147_483_647])('is cut off at %i, with a reason', async (length) => {
    const { socket } = await raw();
    socket.write(Buffer.concat([greeting, startMessage, lengthOnly(length)]));
    await closed(socket);
    expect(reasons).toContain(`impossible frame length ${length}`);
    await othersAreServed();
  });
});

describe('a client that sends anything', () => {
  it('never takes the gateway or another client down', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.boolean(), async (bytes, greeted) => {
        const { socket } = await raw();
        if (greeted) socket.write(Buffer.concat([greeting, startMessage]));
        socket.end(Buffer.from(bytes));
        await closed(socket);
      }),
      { numRuns: 30 },
    );
    await othersAreServed();
  });

  it('never takes the gateway down with well-framed requests of senseless fields', async () => {
    const field = fc.oneof(
      fc.constantFrom('', '0', '-1', '9'.repeat(30), 'AAPL', 'NaN', '1e309'),
      fc.string({ maxLength: 8 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 106 }), fc.array(field, { maxLength: 40 }), async (id, rest) => {
        const { socket, received } = await raw();
        const request = frame(`${[String(id), ...rest.map((text) => text.replaceAll('\0', ''))].join('\0')}\0`);
        socket.write(Buffer.concat([greeting, startMessage, request]));
        await expect.poll(received).toContain('193|');
        socket.destroy();
        await closed(socket);
      }),
      { numRuns: 40 },
    );
    await othersAreServed();
  });
});

describe('however its bytes are cut', () => {
  it('a client is understood', async () => {
    const stream = Buffer.concat([greeting, startMessage, ask]);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: stream.length - 1 }), { maxLength: 12 }), async (cuts) => {
        const { socket, received } = await raw();
        const ends = [...new Set(cuts), stream.length].sort((a, b) => a - b);
        let start = 0;
        for (const end of ends) {
          socket.write(stream.subarray(start, end));
          start = end;
          await new Promise(setImmediate);
        }
        await expect.poll(received).toContain('107|77|');
        socket.destroy();
        await expect.poll(() => pair.gateway.clients()).toHaveLength(1);
      }),
      { numRuns: 15 },
    );
  });
});

describe('a client that does not finish its handshake', () => {
  it.each([
    ['says nothing', Buffer.alloc(0)],
    ['stops within its greeting', greeting.subarray(0, 6)],
    ['never starts', greeting],
  ])('%s: is cut off after a while', async (_, bytes) => {
    const { socket } = await raw();
    socket.write(bytes);
    await closed(socket);
    expect(reasons).toContain('the client has not started within 300 ms');
    await othersAreServed();
  });
});
