import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { encodeFrame, type RelayFrame } from '../../../shared/tunnel/frames.ts';
import { readWhole } from './read-chunks.ts';
import { attachmentOf, type CallRequest, RelayLink } from './relay-link.ts';
import { mergeAccounts } from './routing.ts';

/** The runtime's socket, as far as the link uses it. */
class FakeSocket {
  attachment: unknown = null;
  readonly sent: { t: string; id?: string }[] = [];
  closed: number | undefined;
  serializeAttachment(value: unknown) {
    this.attachment = structuredClone(value);
  }
  deserializeAttachment() {
    return this.attachment;
  }
  send(text: string) {
    this.sent.push(JSON.parse(text) as { t: string });
  }
  close(code: number) {
    this.closed = code;
  }
}

const status = {};
const hello = (calls: string[] = [], features?: string[]): RelayFrame => ({
  t: 'hello',
  min: 1,
  max: 1,
  relay: { name: 'r', version: '1' },
  bootId: 'b',
  status,
  calls,
  ...(features && { features }),
});
const request = (id: string, changes: Partial<CallRequest> = {}): CallRequest => ({
  id,
  op: 'list_accounts',
  args: {},
  timeoutMs: 30_000,
  kind: 'read',
  ...changes,
});

let pinged: number | undefined;
const newLink = () => new RelayLink({ opened: () => {}, status: () => {}, pingedAt: () => pinged });

function connected(link: RelayLink): FakeSocket {
  const socket = new FakeSocket();
  link.connect(socket as never, 'device');
  link.receive(socket as never, encodeFrame(hello()));
  return socket;
}

beforeEach(() => {
  pinged = undefined;
  vi.useFakeTimers({ now: Date.parse('2026-11-20T12:00:00Z') });
});
afterEach(() => vi.useRealTimers());

describe('a relay that dies without a word', () => {
  test('is offline after two missed heartbeats, and its socket is cut', () => {
    const link = newLink();
    const socket = connected(link);
    vi.setSystemTime(Date.now() + 60_000);
    expect(link.online).toBe(true);
    vi.setSystemTime(Date.now() + 10_000);
    expect(link.online).toBe(false);
    expect(socket.closed).toBe(4408);
  });

  test('is alive as long as the runtime answers its pings, even over a sleep', () => {
    const link = newLink();
    const socket = connected(link);
    const asleep = newLink();
    asleep.restore(socket as never, attachmentOf(socket as never) as never, Date.now());
    vi.setSystemTime(Date.now() + 600_000);
    pinged = Date.now() - 20_000;
    expect(asleep.online).toBe(true);
    expect(asleep.heardAt).toBe(pinged);
  });
});

describe('a socket that was cut', () => {
  test('is not taken for the live one when it comes back from hibernation', () => {
    const link = newLink();
    const old = connected(link);
    const live = connected(link);
    expect(old.closed).toBe(4001);
    expect(attachmentOf(old as never)).toBeUndefined();
    expect(attachmentOf(live as never)).toBeDefined();
  });

  test('is not heard any more, though its other end may still speak', async () => {
    const link = newLink();
    const socket = connected(link);
    const answer = link.call(request('one'));
    link.close(4401, 'removed');
    expect(link.online).toBe(false);
    link.receive(socket as never, encodeFrame({ t: 'result', id: 'one', ok: true, value: 1 }));
    vi.advanceTimersByTime(20_000);
    expect(await answer).toMatchObject({ kind: 'error', error: { code: 'relay_offline' } });
  });
});

describe('calls', () => {
  test('keep their ids apart: a second one of the same id is refused and harms nothing', async () => {
    const link = newLink();
    const socket = connected(link);
    const first = link.call(request('same'));
    expect(() => link.call(request('same'))).toThrow('fresh id');
    link.receive(socket as never, encodeFrame({ t: 'result', id: 'same', ok: true, value: 7 }));
    expect(await first).toEqual({ kind: 'value', value: 7 });
  });

  test('are found by the client’s name for them only when they are reads', () => {
    const link = newLink();
    connected(link);
    void link.call(request('r', { alias: 'x' }));
    void link.call(request('m', { alias: 'x', kind: 'mutation' }));
    expect(link.readsOf('x')).toEqual(['r']);
  });

  test('leave no timer behind, whichever way they end', async () => {
    const link = newLink();
    const socket = connected(link);
    void link.call(request('answered'));
    void link.call(request('cancelled'));
    const streamed = link.call(request('streamed'));
    link.receive(socket as never, encodeFrame({ t: 'result', id: 'answered', ok: true, value: 1 }));
    link.cancel('cancelled');
    link.receive(socket as never, encodeFrame({ t: 'chunk', id: 'streamed', seq: 0, data: '[1]' }));
    link.receive(socket as never, encodeFrame({ t: 'result', id: 'streamed', ok: true, chunks: 1, bytes: 3 }));
    expect(await streamed).toEqual({ kind: 'chunks' });
    expect(await link.nextChunk('streamed')).toEqual({ kind: 'chunk', data: '[1]' });
    expect(await link.nextChunk('streamed')).toEqual({ kind: 'end' });
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('list_accounts of two relays', () => {
  const gone = { code: 'no_data', message: 'x' } as const;
  const chunk = (id: string, data: string) => encodeFrame({ t: 'chunk', id, seq: 0, data });

  test.each([
    ['reads the one that answers in pieces', '{"accounts":[2]}', { kind: 'value', value: { accounts: [1, 2] } }],
    ['fails when its pieces break off', undefined, { kind: 'error', error: gone }],
  ])('%s', async (_, text, expected) => {
    const link = newLink();
    const socket = connected(link);
    const answers = Promise.all(['a', 'b'].map(async (id) => readWhole(link, id, await link.call(request(id))))).then(
      mergeAccounts,
    );
    link.receive(socket as never, encodeFrame({ t: 'result', id: 'a', ok: true, value: { accounts: [1] } }));
    link.receive(socket as never, chunk('b', text ?? '{"accounts":'));
    const end =
      text === undefined ? { ok: false as const, error: gone } : { ok: true as const, chunks: 1, bytes: text.length };
    link.receive(socket as never, encodeFrame({ t: 'result', id: 'b', ...end }));
    expect(await answers).toEqual(expected);
    expect(link.has('b')).toBe(false);
  });
});

describe('a flood of progress', () => {
  test('becomes a few notices, the last of them before the answer', async () => {
    const link = newLink();
    const socket = connected(link);
    const told: unknown[] = [];
    const answer = link
      .call(request('one'), ({ progress }) => void told.push(progress))
      .then((end) => told.push(end.kind));
    for (let seq = 0; seq < 20_000; seq += 1) {
      link.receive(socket as never, encodeFrame({ t: 'progress', id: 'one', seq, progress: seq }));
      if (seq % 20 === 0) vi.advanceTimersByTime(1);
    }
    link.receive(socket as never, encodeFrame({ t: 'result', id: 'one', ok: true, value: 1 }));
    await answer;
    expect(told[0]).toBe(0);
    expect(told.slice(-2)).toEqual([19_999, 'value']);
    expect(told.length).toBeLessThan(10);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('that was told at once is on its way before the answer', async () => {
    const link = newLink();
    const socket = connected(link);
    const heard: string[] = [];
    const sent = Promise.withResolvers<void>();
    const answer = link.call(request('one'), () => sent.promise.then(() => void heard.push('progress')));
    const end = answer.then(() => heard.push('answer'));
    link.receive(socket as never, encodeFrame({ t: 'progress', id: 'one', seq: 1, progress: 1 }));
    link.receive(socket as never, encodeFrame({ t: 'result', id: 'one', ok: true, value: 1 }));
    await Promise.resolve();
    sent.resolve();
    await end;
    expect(heard).toEqual(['progress', 'answer']);
  });

  test('of a call that was cancelled is heard of no more', () => {
    const link = newLink();
    const socket = connected(link);
    const told: number[] = [];
    void link.call(request('one'), ({ progress }) => void told.push(progress));
    for (const seq of [1, 2])
      link.receive(socket as never, encodeFrame({ t: 'progress', id: 'one', seq, progress: seq }));
    link.cancel('one');
    vi.advanceTimersByTime(1_000);
    expect(told).toEqual([1]);
  });
});

describe('beyond calls', () => {
  const everything = ['instructions', 'events'];
  const open = (link: RelayLink, features?: string[]): FakeSocket => {
    const socket = new FakeSocket();
    link.connect(socket as never, 'device');
    link.receive(socket as never, encodeFrame(hello([], features)));
    return socket;
  };
  const instruct = (link: RelayLink, id: string) => link.instruct(id, 'do', { x: 1 }, 10_000);

  test('an instruction is accepted, refused, never sent, or sent and unanswered', async () => {
    const link = newLink();
    expect(await instruct(link, 'offline')).toMatchObject({ kind: 'unsent', error: { code: 'relay_offline' } });
    const socket = open(link, everything);
    const [accepted, refused, late, lost] = ['a', 'b', 'c', 'd'].map((id) => instruct(link, id));
    link.receive(socket as never, encodeFrame({ t: 'accepted', id: 'a' }));
    link.receive(socket as never, encodeFrame({ t: 'refused', id: 'b', error: { code: 'ib_error', message: 'No.' } }));
    expect(await accepted).toEqual({ kind: 'accepted' });
    expect(await refused).toMatchObject({ kind: 'refused', error: { message: 'No.' } });
    vi.advanceTimersByTime(10_000);
    for (const each of [late, lost]) {
      expect(await each).toMatchObject({ kind: 'unanswered', error: { message: expect.stringContaining('unknown') } });
    }
    expect(vi.getTimerCount()).toBe(0);
  });

  test('an instruction ends with its connection, and is not sent on the next', async () => {
    const link = newLink();
    const socket = open(link, everything);
    const lost = instruct(link, 'a');
    link.disconnected(socket as never);
    expect(await lost).toMatchObject({ kind: 'unanswered' });
    expect(open(link, everything).sent.map(({ t }) => t)).toEqual(['welcome']);
  });

  test('an instruction is sent although calls fill every lane', async () => {
    const link = newLink();
    const socket = open(link, everything);
    for (let index = 0; index < 64; index += 1) void link.call(request(`c${index}`));
    expect(await link.call(request('one-more'))).toMatchObject({ error: { code: 'busy' } });
    void instruct(link, 'a');
    expect(socket.sent.at(-1)).toEqual({ t: 'instruct', id: 'a', name: 'do', body: { x: 1 } });
  });

  test('a relay of before is told nothing new, and gets no instruction', async () => {
    const link = newLink();
    const socket = open(link);
    expect(socket.sent[0]).not.toHaveProperty('features');
    expect(await instruct(link, 'a')).toMatchObject({ kind: 'unsent', error: { code: 'unsupported' } });
    expect(socket.sent).toHaveLength(1);
  });

  test('a socket of before, found again after hibernation, has no features', async () => {
    const attachment = {
      connection: 'c',
      device: 'd',
      open: { proto: 1, bootId: 'b', relay: { name: 'r', version: '1' } },
    };
    const socket = new FakeSocket();
    socket.serializeAttachment(attachment);
    const link = newLink();
    link.restore(socket as never, attachmentOf(socket as never) as never, Date.now());
    expect(await instruct(link, 'a')).toMatchObject({ kind: 'unsent', error: { code: 'unsupported' } });
  });

  test('an event is acknowledged when it is safe, and not before', () => {
    let safe = false;
    const takeEvent = (_: string, { seq }: { seq: number }) => (safe ? seq : undefined);
    const link = new RelayLink({ opened: () => {}, status: () => {}, pingedAt: () => pinged, takeEvent });
    const socket = open(link, everything);
    expect(socket.sent[0]).toMatchObject({ features: everything });
    const event = encodeFrame({ t: 'event', generation: 'g', seq: 3, acked: 2, name: 'happened', body: {} });
    link.receive(socket as never, event);
    expect(socket.sent).toHaveLength(1);
    safe = true;
    link.receive(socket as never, event);
    expect(socket.sent.at(-1)).toEqual({ t: 'taken', generation: 'g', seq: 3 });
  });

  test('events are not asked for where nobody waits for them', () => {
    expect(open(newLink(), everything).sent[0]).toMatchObject({ features: ['instructions'] });
  });
});
