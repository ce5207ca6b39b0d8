import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endorsementChallenge } from '../../shared/approvers/challenges.ts';
import { approversStatusSchema, type OfferedKey } from '../../shared/approvers/offer.ts';
import { TestApprover } from '../../test/support/approvers.ts';
import type { Lies } from '../../test/support/authenticator.ts';
import { ApproverDesk } from './approver-desk.ts';
import { bookFileIn } from './book-file.ts';

const home = 'home_0123456789';
const now = Date.UTC(2026, 10, 29, 12);

let folder: string;
let desk: ApproverDesk;
let recorded: Record<string, unknown>[];
let warnings: string[];
let changes: number;
let lists: number;
let first: TestApprover;
let second: TestApprover;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'approvers-'));
  [recorded, warnings, changes, lists] = [[], [], 0, 0];
  desk = opened();
  [first, second] = await Promise.all([TestApprover.make('First'), TestApprover.make('Second')]);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A desk as a further start of the relay has it. */
function opened(): ApproverDesk {
  const again = new ApproverDesk({
    store: bookFileIn(folder),
    wallTime: () => now,
    record: (entry) => void recorded.push(entry),
    warn: (message) => void warnings.push(message),
    onChange: () => {
      changes += 1;
    },
  });
  again.open();
  return again;
}

const offer = (keys: OfferedKey[], revoked: string[] = [], by = home) =>
  desk.executor(by).run({ version: 1, list: `list-${lists++}`, keys, revoked }, undefined as never);
const command = (action: 'list' | 'add' | 'remove', fingerprint = '') => desk.command({ action, fingerprint });
const pinned = (of = home) => desk.status(of).pinned;
const told = () => recorded.map(({ what, fingerprint }) => [what, fingerprint]);

describe('keys that approve, at home', () => {
  it('are pinned by a person, by a fingerprint that was offered, and unpinned without the server', async () => {
    expect((await command('list')).text).toContain('No key is pinned');
    await offer([first.key, second.key]);
    expect(pinned()).toEqual([]);
    expect((await command('list')).text).toContain(`${first.fingerprint} · First · made 2026-11-29T00:00Z`);
    expect(await command('add', first.fingerprint.toUpperCase())).toMatchObject({ ok: true });
    expect(await command('add', first.fingerprint)).toMatchObject({
      ok: true,
      text: expect.stringMatching(/pinned already/),
    });
    expect(pinned()).toEqual([first.fingerprint]);
    const text = (await command('list')).text;
    expect(text).toMatch(
      new RegExp(`^Pinned:\n${first.fingerprint} · First · since 2026-11-29T12:00Z · confirmed here`),
    );
    expect(text).toContain('made at https://ibkr.example.com');
    expect(await command('remove', first.fingerprint.slice(0, 9))).toMatchObject({ ok: true });
    expect(pinned()).toEqual([]);
    expect(told()).toEqual([
      ['offered', first.fingerprint],
      ['offered', second.fingerprint],
      ['pinned', first.fingerprint],
      ['unpinned', first.fingerprint],
    ]);
    expect(recorded[2]).toMatchObject({ kind: 'approver', name: 'First', home, by: 'a person at home' });
  });

  it('survive a restart, in a file of their owner alone', async () => {
    await offer([first.key, second.key]);
    await command('add', first.fingerprint);
    expect((await stat(join(folder, 'approvers.json'))).mode & 0o777).toBe(0o600);
    const before = [desk.status(home), await command('list')];
    desk = opened();
    expect([desk.status(home), await command('list')]).toEqual(before);
    expect(approversStatusSchema.parse(desk.status(home))).toEqual(desk.status(home));
  });

  it.each([
    ['nothing that is offered', '0000-0000-0000-0000-0000', 'No key is offered'],
    ['no fingerprint', 'First', 'is no fingerprint'],
    ['nothing', '', 'is no fingerprint'],
  ])('are not pinned by %s', async (_, typed, why) => {
    await offer([first.key]);
    expect(await command('add', typed)).toEqual({ ok: false, text: expect.stringContaining(why) });
    expect(await command('remove', typed)).toMatchObject({ ok: false });
    expect(pinned()).toEqual([]);
  });

  it('are pinned by no fewer digits than nobody can aim at', async () => {
    await offer([first.key]);
    expect(await command('add', first.fingerprint.slice(0, 23))).toMatchObject({
      ok: false,
      text: expect.stringMatching(/five groups/),
    });
    expect(await command('add', first.fingerprint.slice(0, 24))).toMatchObject({ ok: true });
  });

  it('are neither pinned nor unpinned by a beginning that several have', async () => {
    // Two of seventeen begin alike.
    const many = await Promise.all(Array.from({ length: 17 }, () => TestApprover.make()));
    const letters = many.map(({ fingerprint }) => fingerprint[0] ?? '');
    const twice = letters.find((letter, at) => letters.indexOf(letter) !== at) ?? '';
    const alike = many.filter(({ fingerprint }) => fingerprint.startsWith(twice));
    await offer(alike.map(({ key }) => key).slice(0, 10));
    expect(await command('add', twice)).toMatchObject({ ok: false, text: expect.stringMatching(/Several keys/) });
    for (const { fingerprint } of alike.slice(0, 10)) await command('add', fingerprint);
    expect(await command('remove', twice)).toMatchObject({ ok: false, text: expect.stringMatching(/Several keys/) });
    expect(pinned()).toHaveLength(Math.min(10, alike.length));
  });

  it('count for the Home that offered them alone', async () => {
    await offer([first.key]);
    await command('add', first.fingerprint);
    await offer([second.key], [], 'another_home_1');
    expect([pinned(), pinned('another_home_1')]).toEqual([[first.fingerprint], []]);
    expect((await command('list')).text).toContain('of another server’s user');
    expect(desk.status(home).list).toBeUndefined();
  });

  it('stay pinned as they were, whatever is offered under the same id, or no more', async () => {
    await offer([first.key]);
    await command('add', first.fingerprint);
    await offer([{ ...first.key, publicKey: second.key.publicKey }]);
    await offer([{ ...first.key, party: { id: 'evil.example', origin: 'https://evil.example' } }]);
    await offer([]);
    expect(pinned()).toEqual([first.fingerprint]);
    expect((await command('list')).text).not.toContain('evil.example');
  });

  it('approve nothing once they are removed on the dashboard, and are not brought back by offering them again', async () => {
    await offer([first.key, second.key]);
    await command('add', first.fingerprint);
    await offer([second.key], [first.fingerprint]);
    expect(pinned()).toEqual([]);
    expect((await command('list')).text).toContain('removed on the dashboard, approves nothing');
    await offer([first.key, second.key]);
    expect(pinned()).toEqual([]);
    expect(told().at(-1)).toEqual(['offered', first.fingerprint]);
    await command('remove', first.fingerprint);
    expect(await command('add', first.fingerprint)).toMatchObject({ ok: true });
    expect(pinned()).toEqual([first.fingerprint]);
  });

  it('leave a damaged file as it is, and then none of them counts', async () => {
    await writeFile(join(folder, 'approvers.json'), '{"version":2}');
    desk = opened();
    expect(warnings[0]).toContain('Move it away');
    await expect(offer([first.key])).rejects.toThrow('cannot use its file');
    for (const action of ['list', 'add', 'remove'] as const) {
      expect(await command(action, first.fingerprint)).toMatchObject({
        ok: false,
        text: expect.stringMatching(/Move it away/),
      });
    }
    expect(await readFile(join(folder, 'approvers.json'), 'utf8')).toBe('{"version":2}');
  });

  it('tell the server that something has changed, and only then', async () => {
    await offer([first.key]);
    await command('list');
    await command('add', '1');
    expect(changes).toBe(1);
    await command('add', first.fingerprint);
    expect(changes).toBe(2);
  });
});

describe('a key that another vouches for', () => {
  beforeEach(async () => {
    await offer([first.key]);
    await command('add', first.fingerprint);
  });

  it('is pinned when that one is, with those for which it vouches in turn', async () => {
    const third = await TestApprover.make('Third');
    await offer([third.vouchedBy(second, home), second.vouchedBy(first, home), first.key]);
    expect(pinned()).toEqual([first, second, third].map(({ fingerprint }) => fingerprint));
    expect((await command('list')).text).toContain(
      `Second · since 2026-11-29T12:00Z · vouched for by ${first.fingerprint}`,
    );
    const removed = await command('remove', first.fingerprint);
    expect(removed.text).toContain(`It vouched for ${second.fingerprint} (Second)`);
    expect(told().filter(([what]) => what === 'vouched for')).toHaveLength(2);
  });

  it('is pinned as soon as a person pins the one that vouches', async () => {
    const third = await TestApprover.make('Third');
    await offer([first.key, second.key, third.vouchedBy(second, home)]);
    expect(pinned()).toEqual([first.fingerprint]);
    await command('add', second.fingerprint);
    expect(pinned()).toHaveLength(3);
  });

  it('is not brought back by the same word once a person at home has unpinned it', async () => {
    const vouched = second.vouchedBy(first, home);
    await offer([first.key, vouched]);
    await command('remove', second.fingerprint);
    await offer([first.key, vouched]);
    expect(pinned()).toEqual([first.fingerprint]);
    expect(await command('add', second.fingerprint)).toMatchObject({ ok: true });
  });

  it('is not pinned when the one that vouches is not pinned any more', async () => {
    const vouched = second.vouchedBy(first, home);
    await offer([first.key], [first.fingerprint]);
    await offer([vouched]);
    await command('remove', first.fingerprint);
    await offer([vouched]);
    expect(pinned()).toEqual([]);
  });

  const lies: [string, Lies][] = [
    ['of another site', { origin: 'https://evil.example' }],
    ['of a neighbour in the domain', { origin: 'https://other.example.com' }],
    ['for another relying party', { rpId: 'evil.example' }],
    ['for another key', { challenge: Buffer.alloc(32).toString('base64url') }],
    ['that was made for making a key', { type: 'webauthn.create' }],
    ['given in a frame of another site', { crossOrigin: true }],
    ['without the person verified', { userVerified: false }],
    ['without the person present', { userPresent: false }],
    ['that names another key', { id: Buffer.alloc(16).toString('base64url') }],
  ];
  it.each(lies)('is not pinned by a word %s', async (_, lie) => {
    await offer([first.key, second.vouchedBy(first, home, lie)]);
    expect(pinned()).toEqual([first.fingerprint]);
    expect(recorded.at(-1)).toMatchObject({ what: 'refused', fingerprint: second.fingerprint });
    expect(warnings).toHaveLength(1);
  });

  it('is not pinned by its own word, by one for another Home, or by another key in the name of a pinned one', async () => {
    const { fingerprint } = second;
    const challenge = endorsementChallenge(home, fingerprint);
    const inItsName = (assertion: ReturnType<TestApprover['sign']>) => ({
      ...second.key,
      endorsement: { by: first.fingerprint, assertion },
    });
    for (const key of [
      second.vouchedBy(second, home),
      second.vouchedBy(first, 'another_home_1'),
      inItsName(second.sign(challenge)),
      inItsName(second.sign(challenge, { id: first.key.id })),
      inItsName(first.sign(endorsementChallenge(home, first.fingerprint))),
    ]) {
      await offer([first.key, key]);
      expect(pinned()).toEqual([first.fingerprint]);
    }
  });
});

describe('an offer', () => {
  it.each([
    ['of a key whose text is not the one of its bytes', { id: 'AAAAAAAAAAAAAAAAAAAAAB' }],
    ['of a key for a domain that its page cannot use', { party: { id: 'example.org', origin: 'https://example.com' } }],
    ['of a key made without encryption', { party: { id: 'example.com', origin: 'http://example.com' } }],
    ['of a key of an address that is no origin', { party: { id: 'example.com', origin: 'https://example.com/x' } }],
  ])('is refused %s', async (_, change) => {
    await expect(offer([{ ...first.key, ...change }])).rejects.toThrow();
    expect(recorded).toEqual([]);
  });
});
