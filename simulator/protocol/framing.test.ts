import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFields, encodeFields, encodeFrame } from './codec.ts';
import { FrameReader, frame, ProtocolError, parseVersions, splitFields } from './framing.ts';
import { clientRequests } from './requests.ts';

const greetingFrame = Buffer.from('API\0');
const greeting = Buffer.concat([greetingFrame, frame('v100..193')]);

/** Cuts bytes at the given places, in any order and possibly empty. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let start = 0;
  return ends.map((end) => {
    const piece = bytes.subarray(start, end);
    start = end;
    return piece;
  });
}

describe('FrameReader', () => {
  it('finds the same frames whatever the segmentation', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 30 }).map((value) => value.replaceAll('\0', ''));
    const request = fc.record({ reqId: fc.nat().map(String), group: text, tags: text });
    fc.assert(
      fc.property(fc.array(request, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 40 }), (requests, places) => {
        const message = clientRequests.reqAccountSummary;
        const stream = Buffer.concat([
          greeting,
          ...requests.map((values) => encodeFrame(encodeFields(message, values, 193))),
        ]);
        const reader = new FrameReader();
        const [versions, ...payloads] = cut(stream, places).flatMap((piece) => reader.push(piece));
        expect(versions?.toString()).toBe('v100..193');
        expect(payloads.map((payload) => decodeFields(message, splitFields(payload), 193).values)).toEqual(requests);
      }),
    );
  });

  it('reads one byte at a time', () => {
    const reader = new FrameReader();
    const payloads = [...Buffer.concat([greeting, frame('49\x001\0')])].flatMap((byte) => reader.push(Buffer.of(byte)));
    expect(payloads.map(String)).toEqual(['v100..193', '49\x001\0']);
  });

  it.each([
    ['a foreign greeting', Buffer.from('GET / HTTP/1.1\r\n')],
    ['a greeting that goes wrong in its last byte', Buffer.from('APIX')],
    ['a zero length', Buffer.concat([greetingFrame, Buffer.from([0, 0, 0, 0])])],
    ['a negative length', Buffer.concat([greetingFrame, Buffer.from([0xff, 0xff, 0xff, 0xff])])],
    ['a length beyond any request', Buffer.concat([greetingFrame, Buffer.from([1, 0, 0, 1])])],
  ])('refuses %s', (_, bytes) => {
    expect(() => new FrameReader().push(bytes)).toThrow(ProtocolError);
  });
});

describe('splitFields', () => {
  it('keeps empty fields', () => {
    expect(splitFields(Buffer.from('71\0\x002\0\0'))).toEqual(['71', '', '2', '']);
  });

  it('refuses a message without its last terminator', () => {
    expect(() => splitFields(Buffer.from('49\x001'))).toThrow(ProtocolError);
  });
});

describe('parseVersions', () => {
  it.each([
    ['v100..193', { min: 100, max: 193 }],
    ['v157..178', { min: 157, max: 178 }],
    ['v176', { min: 176, max: 176 }],
    ['v100..208 +PACEAPI', { min: 100, max: 208 }],
  ])('reads %s', (text, expected) => {
    expect(parseVersions(Buffer.from(text))).toEqual(expected);
  });

  it.each(['', '100..193', 'v100..', 'vx'])('refuses %j', (text) => {
    expect(() => parseVersions(Buffer.from(text))).toThrow(ProtocolError);
  });
});
