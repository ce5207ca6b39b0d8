import { Buffer } from 'node:buffer';
import { encodeFrame } from '../protocol/codec.ts';
import { frame } from '../protocol/framing.ts';
import type { OutgoingRule } from './rules.ts';

/** One byte more than the clients take. */
const oversize = (16 << 20) + 1;
const lengthBytes = 4;

function withLength(framed: Buffer, length: number): Buffer {
  const copy = Buffer.from(framed);
  copy.writeInt32BE(length, 0);
  return copy;
}

/** The rules that are about what a message looks like. */
export type SpoilingRule = Extract<
  OutgoingRule,
  { do: 'change' | 'truncate' | 'extraField' | 'unknownId' | 'withoutNul' | 'oversize' | 'wrongLength' }
>;

/** The bytes of a message as a rule spoils them. What `change` has changed is in the fields already. */
export function spoil(tokens: readonly string[], rule: SpoilingRule): Buffer {
  switch (rule.do) {
    case 'truncate':
      return encodeFrame(tokens.slice(0, rule.keep ?? Math.ceil(tokens.length / 2)));
    case 'extraField':
      return encodeFrame([...tokens, rule.value]);
    case 'unknownId':
      return encodeFrame([String(rule.id), ...tokens.slice(1)]);
    case 'withoutNul':
      return frame(tokens.join('\0'));
    case 'oversize':
      return withLength(encodeFrame(tokens), oversize);
    case 'wrongLength': {
      const framed = encodeFrame(tokens);
      return withLength(framed, framed.length - lengthBytes + rule.by);
    }
    case 'change':
      return encodeFrame(tokens);
  }
}
