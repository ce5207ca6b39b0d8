import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultLimits, encodeFrame, limitsSchema, negotiate, parseHubFrame, parseRelayFrame } from './frames.ts';
import { sliceEnd, utf8Length } from './utf8.ts';

describe('frames', () => {
  it.each(
    [
      ['', 'malformed'],
      ['null', 'malformed'],
      ['[]', 'malformed'],
      ['{"t":1}', 'malformed'],
      ['{"t":"ack"}', 'unknown'],
      ['{"t":"__proto__"}', 'unknown'],
      ['{"t":"toString"}', 'unknown'],
      ['{"t":"result","id":"a","ok":true}', 'malformed'],
      ['{"t":"result","id":"a b","ok":true,"value":1}', 'malformed'],
      ['{"t":"result","id":"a","ok":true,"chunks":0,"bytes":1}', 'malformed'],
      ['{"t":"result","id":"a","ok":true,"value":null}', 'frame'],
      ['{"t":"chunk","id":"a","seq":-1,"data":"x"}', 'malformed'],
      ['{"t":"progress","id":"a","seq":0,"progress":1e999}', 'malformed'],
      [`{"t":"status","status":{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}}`, 'malformed'],
      [`{"t":"status","status":{"a":"${'x'.repeat(32_768)}"}}`, 'malformed'],
      [`{"t":"status","status":{"a":"${'é'.repeat(524_288)}"}}`, 'oversize'],
    ].map(([text = '', kind = '']) => [text.slice(0, 60), kind, text] as const),
  )('from a relay: %s is %s', (_shown, kind, text) => {
    expect(parseRelayFrame(text).kind).toBe(kind);
  });

  it('keep a newer error code from breaking the connection', () => {
    const text = '{"t":"result","id":"a","ok":false,"error":{"code":"from_the_future","message":"m"}}';
    expect(parseRelayFrame(text)).toMatchObject({
      kind: 'frame',
      frame: { error: { code: 'internal', message: 'm' } },
    });
  });

  it('never echo a value in the reason', () => {
    const parsed = parseHubFrame(
      '{"t":"call","id":"a","op":"x","args":{},"timeoutMs":"secret","kind":"read","progress":true}',
    );
    expect(parsed).toEqual({ kind: 'malformed', reason: 'invalid call frame at timeoutMs' });
  });

  it('read anything without throwing, with a reason that fits a close frame', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue().map((value) => JSON.stringify({ t: 'call', ...Object(value) })),
        ),
        (text) => {
          const parsed = parseHubFrame(text);
          if ('reason' in parsed) expect(utf8Length(parsed.reason)).toBeLessThanOrEqual(123);
        },
      ),
    );
  });

  it('refuse limits that would deadlock or overflow a frame', () => {
    expect(limitsSchema.safeParse(defaultLimits).success).toBe(true);
    expect(limitsSchema.safeParse({ ...defaultLimits, windowBytes: defaultLimits.chunkBytes - 1 }).success).toBe(false);
    expect(limitsSchema.safeParse({ ...defaultLimits, maxFrameBytes: 262_144, chunkBytes: 131_072 }).success).toBe(
      false,
    );
  });

  it('carry the largest piece within a frame, however it must be escaped', () => {
    const data = '"'.repeat(262_144);
    expect(parseRelayFrame(encodeFrame({ t: 'chunk', id: 'a'.repeat(64), seq: 1_000_000, data })).kind).toBe('frame');
  });
});

describe('version negotiation', () => {
  it.each([
    [{ min: 1, max: 3 }, { min: 2, max: 5 }, 3],
    [{ min: 1, max: 3 }, { min: 1, max: 1 }, 1],
    [{ min: 2, max: 3 }, { min: 1, max: 1 }, undefined],
    [{ min: 1, max: 1 }, { min: 2, max: 9 }, undefined],
  ])('%o and %o give %s', (ours, theirs, proto) => {
    expect(negotiate(ours, theirs)).toBe(proto);
  });
});

describe('UTF-8 sizes', () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      fc.constantFrom('\ud83d', '\ude42', '🙂'),
    ),
  });

  it('are those of the encoder, lone surrogates included', () => {
    fc.assert(
      fc.property(text, (each) => {
        expect(utf8Length(each)).toBe(new TextEncoder().encode(each).length);
      }),
    );
  });

  it('cut a text into pieces that join again and keep to their size', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 4, max: 20 }), (each, size) => {
        const pieces: string[] = [];
        for (let from = 0; from < each.length; ) {
          const end = sliceEnd(each, from, size);
          expect(end).toBeGreaterThan(from);
          pieces.push(each.slice(from, end));
          from = end;
        }
        expect(pieces.join('')).toBe(each);
        for (const piece of pieces) expect(utf8Length(piece)).toBeLessThanOrEqual(size);
        expect(pieces.reduce((sum, piece) => sum + utf8Length(piece), 0)).toBe(utf8Length(each));
      }),
    );
  });
});
