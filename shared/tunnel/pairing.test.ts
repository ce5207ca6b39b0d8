import { describe, expect, it } from 'vitest';
import { generateDeviceKey } from './credential.ts';
import { pairingRequestSchema, problemSchema } from './pairing.ts';

const { publicKey } = await generateDeviceKey();
const request = { code: ' home.secret ', publicKey, name: ' attic ', version: '1.2.3' };

describe('a pairing request', () => {
  it('is trimmed, and need not tell a version', () => {
    expect(pairingRequestSchema.parse(request)).toEqual({ ...request, code: 'home.secret', name: 'attic' });
    const { version: _, ...terse } = request;
    expect(pairingRequestSchema.parse(terse)).not.toHaveProperty('version');
  });

  it.each([
    ['an empty name', { name: '  ' }],
    ['a long name', { name: 'n'.repeat(101) }],
    ['a version that is no text', { version: 2 }],
    ['a long version', { version: 'v'.repeat(65) }],
    ['a key that is none', { publicKey: 'x' }],
    ['a long code', { code: 'c'.repeat(201) }],
  ])('is refused with %s', (_, change) => {
    expect(pairingRequestSchema.safeParse({ ...request, ...change }).success).toBe(false);
  });
});

it('a problem needs a sentence; what is unknown in it is ignored', () => {
  expect(problemSchema.parse({ error: { message: 'No.', later: 1 } })).toEqual({ error: { message: 'No.' } });
  expect(problemSchema.safeParse({ error: { code: 'no' } }).success).toBe(false);
});
