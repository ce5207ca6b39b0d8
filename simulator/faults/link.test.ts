import { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { goodLink, Link, type LinkSettings } from './link.ts';

let received: Buffer[];
let socket: Writable;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate'] });
  received = [];
  socket = new Writable({
    write(chunk: Buffer, _encoding, done) {
      received.push(chunk);
      done();
    },
  });
});
afterEach(() => vi.useRealTimers());

const linkWith = (settings: Partial<LinkSettings>): Link =>
  new Link(socket as unknown as Socket, () => ({ ...goodLink, ...settings }));
/** Everything that was to happen at the end of this turn has happened. */
const endOfTurn = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));
const bytes = (): number => received.reduce((sum, { length }) => sum + length, 0);

describe('Link', () => {
  it('lets no more bytes pass in a time than its rate allows, and loses none', async () => {
    const link = linkWith({ bytesPerSecond: 2000 });
    link.write(Buffer.alloc(500, 1));
    link.write(Buffer.alloc(500, 2));
    vi.advanceTimersByTime(100);
    await endOfTurn();
    expect(bytes()).toBeLessThanOrEqual(240);
    expect(link.unsentBytes).toBe(1000 - bytes());
    vi.advanceTimersByTime(400);
    await endOfTurn();
    expect(Buffer.concat(received)).toEqual(Buffer.concat([Buffer.alloc(500, 1), Buffer.alloc(500, 2)]));
  });

  it('ends once everything has left', async () => {
    const link = linkWith({ bytesPerSecond: 1000 });
    link.write(Buffer.alloc(100));
    link.end();
    vi.advanceTimersByTime(50);
    expect(socket.writableEnded).toBe(false);
    vi.advanceTimersByTime(100);
    await endOfTurn();
    expect([socket.writableEnded, bytes()]).toEqual([true, 100]);
  });

  it('hands what is written in one turn over in one go', async () => {
    const link = linkWith({});
    const uncork = vi.spyOn(socket, 'uncork');
    for (let index = 0; index < 10; index += 1) link.write(Buffer.from([index]));
    expect(uncork).not.toHaveBeenCalled();
    await endOfTurn();
    expect(uncork).toHaveBeenCalledTimes(1);
    expect(Buffer.concat(received)).toEqual(Buffer.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
  });

  it('hands it over at once when the connection is about to be closed', () => {
    const link = linkWith({});
    link.write(Buffer.from('last words'));
    link.flush();
    expect(Buffer.concat(received).toString()).toBe('last words');
  });
});
