import { describe, expect, it } from 'vitest';
import { type ConnectCredential, generateDeviceKey, parseConnect, signConnect, verifyConnect } from './credential.ts';

const audience = 'https://mcp.example.com';
const now = 1_800_000_000;
const home = 'home_0123456789';
const device = 'device-9876543210';

async function connect(at = now, origin = audience) {
  const key = await generateDeviceKey();
  const header = await signConnect({ home, device, privateKey: key.privateKey }, origin, at);
  const credential = parseConnect(header);
  if (credential === undefined) throw new Error('unparsable');
  return { key, header, credential };
}

describe('connect credential', () => {
  it('is accepted by the hub it was signed for, with a nonce to remember', async () => {
    const { key, credential } = await connect();
    expect(credential).toMatchObject({ home, device, issuedAtSec: now });
    expect(await verifyConnect(credential, key.publicKey, audience, now)).toEqual({
      ok: true,
      nonce: credential.nonce,
      nonceExpiresAtSec: now + 91,
    });
  });

  it('has a new nonce every time', async () => {
    const first = await connect();
    const second = await connect();
    expect(first.credential.nonce).not.toBe(second.credential.nonce);
  });

  it.each([
    ['home', { home: 'home_9999999999' }],
    ['device', { device: 'device-0000000000' }],
    ['time', { issuedAtSec: now + 1 }],
    ['nonce', { nonce: 'AAAAAAAAAAAAAAAAAAAAAA' }],
    ['signature', { signature: 'A'.repeat(86) }],
  ] satisfies [string, Partial<ConnectCredential>][])('is refused with another %s', async (_, change) => {
    const { key, credential } = await connect();
    const verdict = await verifyConnect({ ...credential, ...change }, key.publicKey, audience, now);
    expect(verdict).toMatchObject({ ok: false, reason: 'bad_signature' });
  });

  it('is refused by another hub, with another key, and with a key that is none', async () => {
    const { key, credential } = await connect();
    const other = await generateDeviceKey();
    const refused = { ok: false, reason: 'bad_signature' };
    expect(await verifyConnect(credential, key.publicKey, 'https://evil.example.com', now)).toMatchObject(refused);
    expect(await verifyConnect(credential, other.publicKey, audience, now)).toMatchObject(refused);
    expect(await verifyConnect(credential, 'nonsense', audience, now)).toMatchObject(refused);
  });

  it('takes the origin of a URL as the audience', async () => {
    const { key, credential } = await connect(now, `${audience}/relay?x=1`);
    expect(await verifyConnect(credential, key.publicKey, audience, now)).toMatchObject({ ok: true });
  });

  it.each([90, -90])('tolerates a clock that is off by %d seconds', async (skew) => {
    const { key, credential } = await connect(now + skew);
    expect(await verifyConnect(credential, key.publicKey, audience, now)).toMatchObject({ ok: true });
  });

  it.each([
    [91, 'ahead of'],
    [-3_600, 'behind'],
  ])('tells a relay whose clock is off by %d seconds the time', async (skew, direction) => {
    const { key, credential } = await connect(now + skew);
    const verdict = await verifyConnect(credential, key.publicKey, audience, now);
    expect(verdict).toMatchObject({ ok: false, reason: 'clock_skew', serverTimeSec: now, skewSec: skew });
    expect(!verdict.ok && verdict.message).toContain(`${direction} the server's (2027-01-15T08:00:00.000Z)`);
  });

  it.each([
    undefined,
    null,
    '',
    'Bearer abc',
    'IBKR-Relay v2.a.b.1.c.d',
    `IBKR-Relay v1.short.${device}.1.${'A'.repeat(22)}.${'A'.repeat(86)}`,
    `IBKR-Relay v1.${home}.${device}.x.${'A'.repeat(22)}.${'A'.repeat(86)}`,
    `IBKR-Relay v1.${home}.${device}.1.${'A'.repeat(22)}.${'A'.repeat(86)}.extra`,
  ])('is not read from %j', (header) => {
    expect(parseConnect(header)).toBeUndefined();
  });

  it('cannot be signed for ids that would not parse', async () => {
    const { privateKey } = await generateDeviceKey();
    await expect(signConnect({ home: 'a.b', device, privateKey }, audience, now)).rejects.toThrow();
  });
});
