import { fingerprintOf, readFingerprint } from '../../shared/approvers/fingerprint.ts';
import { type ApproversOffer, maxPinned, type OfferedKey } from '../../shared/approvers/offer.ts';

/**
 * Which keys approve orders at this relay, and which ones are offered by the server: values and pure steps. A key is pinned
 * by a person at home, or because a pinned one vouches for it; nothing that the server says pins one, or unpins one.
 */

/** A key that was pinned. What counts of it is fixed from then on, whatever is offered later. */
export interface PinnedKey extends Pick<OfferedKey, 'id' | 'publicKey' | 'name' | 'party'> {
  /** The Home that offered it, and for which it approves. */
  readonly home: string;
  /** Signatures so far, as the authenticator counts. */
  readonly counter: number;
  /** Epoch milliseconds. */
  readonly since: number;
  /** The fingerprint of the key that vouched for it; absent: a person at home pinned it. */
  readonly vouchedBy?: string | undefined;
  /** Its person has removed it on the dashboard, epoch milliseconds: it approves nothing, and stays until it is unpinned. */
  readonly revokedAt?: number | undefined;
}

export interface ApproverBook {
  /** The Home whose keys are offered. */
  readonly home?: string | undefined;
  /** Its name for the list. */
  readonly list?: string | undefined;
  readonly offered: readonly OfferedKey[];
  readonly pinned: readonly PinnedKey[];
  /** Fingerprints that were unpinned at home: no key vouches for these any more, a person can pin them again. */
  readonly unpinned: readonly string[];
}

/** What happened to a key, for the audit. */
export interface ApproverNote {
  readonly what: 'offered' | 'pinned' | 'vouched for' | 'revoked' | 'unpinned';
  readonly fingerprint: string;
  readonly name: string;
  readonly home: string;
  readonly by: string;
}

export interface BookStep {
  readonly book: ApproverBook;
  readonly notes: readonly ApproverNote[];
}

export const emptyBook: ApproverBook = { offered: [], pinned: [], unpinned: [] };

/** More were not unpinned by any person; then none is pinned by vouching any more. */
export const maxUnpinned = 1_000;

/** So many digits of a fingerprint say which key is meant, also where somebody makes keys in order to hit them: 80 bits. */
const certainDigits = 20;

/** Those that approve for a Home. */
export function approversFor({ pinned }: ApproverBook, home: string): readonly PinnedKey[] {
  return pinned.filter((key) => key.home === home && key.revokedAt === undefined);
}

/** Takes what a Home offers in place of what was offered before, and what its person has removed. */
export function offer(
  book: ApproverBook,
  home: string,
  { list, keys, revoked }: ApproversOffer,
  now: number,
): BookStep {
  const before = new Set(book.home === home ? book.offered.map(fingerprintOf) : []);
  const by = 'the server';
  const fresh = keys.filter((key) => !before.has(fingerprintOf(key)));
  const gone = new Set(revoked);
  const ended = approversFor(book, home).filter((key) => gone.has(fingerprintOf(key)));
  return {
    book: {
      ...book,
      home,
      list,
      offered: keys.filter((key) => !gone.has(fingerprintOf(key))),
      pinned: book.pinned.map((key) => (ended.includes(key) ? { ...key, revokedAt: now } : key)),
    },
    notes: [
      ...fresh.map((key) => noteOf('offered', key, home, by)),
      ...ended.map((key) => noteOf('revoked', key, home, by)),
    ],
  };
}

/** Offered keys that are not pinned for this Home. */
export function waiting({ offered, pinned, home }: ApproverBook): readonly OfferedKey[] {
  const known = new Set(pinned.filter((key) => key.home === home).map(fingerprintOf));
  return offered.filter((key) => !known.has(fingerprintOf(key)));
}

/** A key that waits and for which one that is pinned is said to vouch, with that one; whether it did is checked elsewhere. */
export interface Vouching {
  readonly home: string;
  readonly key: OfferedKey;
  readonly by: PinnedKey;
  readonly endorsement: NonNullable<OfferedKey['endorsement']>;
}

export function vouchings(book: ApproverBook): readonly Vouching[] {
  const { home } = book;
  if (home === undefined || book.unpinned.length >= maxUnpinned) return [];
  const pinned = approversFor(book, home);
  return waiting(book).flatMap((key) => {
    const { endorsement } = key;
    if (!endorsement || book.unpinned.includes(fingerprintOf(key))) return [];
    const by = pinned.find((candidate) => fingerprintOf(candidate) === endorsement.by);
    return by ? [{ home, key, by, endorsement }] : [];
  });
}

/**
 * Pins a key because the other's word for it was checked, if both are still what they were then.
 * @param counter of the key that vouched, as it signed
 */
export function pinVouched(book: ApproverBook, { home, key, by }: Vouching, counter: number, now: number): BookStep {
  const [fingerprint, vouchedBy] = [fingerprintOf(key), fingerprintOf(by)];
  const still = vouchings(book).some(
    (vouching) =>
      vouching.home === home && fingerprintOf(vouching.key) === fingerprint && fingerprintOf(vouching.by) === vouchedBy,
  );
  if (!still || book.pinned.length >= maxPinned) return { book, notes: [] };
  const counted = book.pinned.map((each) =>
    each.home === home && fingerprintOf(each) === vouchedBy
      ? { ...each, counter: Math.max(each.counter, counter) }
      : each,
  );
  return {
    book: { ...book, pinned: [...counted, { ...pinnedOf(key, home, now), vouchedBy }] },
    notes: [noteOf('vouched for', key, home, `the key ${vouchedBy}`)],
  };
}

/** What came of a person's command: nothing but an answer, or a step. */
export type Commanded = { readonly ok: boolean; readonly text: string } & Partial<BookStep>;

/** Pins the offered key whose fingerprint begins so. */
export function pin(book: ApproverBook, typed: string, now: number, by: string): Commanded {
  const beginning = readFingerprint(typed);
  if (beginning === undefined) return refused(`“${typed}” is no fingerprint. ${listHint}`);
  const [key, ...others] = book.offered.filter((each) => fingerprintOf(each).startsWith(beginning));
  if (!key || book.home === undefined) {
    return refused(`No key is offered whose fingerprint begins with ${beginning}. ${listHint}`);
  }
  if (others.length > 0) return refused(`Several keys begin with ${beginning}. Type the whole fingerprint.`);
  const fingerprint = fingerprintOf(key);
  if (!waiting(book).includes(key)) {
    return { ok: true, text: `The key ${fingerprint} (${key.name}) is pinned already.` };
  }
  if (beginning.replaceAll('-', '').length < certainDigits) {
    return refused(
      `Type at least the first five groups, compared with the page on which the key was made: a few digits can be met by a key made for that.`,
    );
  }
  if (book.pinned.length >= maxPinned) return refused(`${maxPinned} keys are pinned already. Remove one first.`);
  return {
    ok: true,
    text: `Pinned: ${fingerprint} (${key.name}) approves orders at this relay from now on.`,
    book: {
      ...book,
      pinned: [...book.pinned, pinnedOf(key, book.home, now)],
      unpinned: book.unpinned.filter((each) => each !== fingerprint),
    },
    notes: [noteOf('pinned', key, book.home, by)],
  };
}

/** Unpins the key whose fingerprint begins so. */
export function unpin(book: ApproverBook, typed: string, by: string): Commanded {
  const beginning = readFingerprint(typed);
  if (beginning === undefined) return refused(`“${typed}” is no fingerprint. ${listHint}`);
  const meant = book.pinned.filter((each) => fingerprintOf(each).startsWith(beginning));
  const [fingerprint, ...others] = new Set(meant.map(fingerprintOf));
  if (fingerprint === undefined) {
    return refused(`No key is pinned whose fingerprint begins with ${beginning}. ${listHint}`);
  }
  if (others.length > 0) return refused(`Several keys begin with ${beginning}. Type more of the fingerprint.`);
  const vouched = book.pinned.filter((each) => each.vouchedBy === fingerprint && !meant.includes(each));
  const lines = [
    `Removed: ${fingerprint} (${meant[0]?.name}) approves nothing at this relay any more.`,
    ...vouched.map(
      (each) =>
        `It vouched for ${fingerprintOf(each)} (${each.name}), which stays pinned. Remove that too if in doubt.`,
    ),
  ];
  return {
    ok: true,
    text: lines.join('\n'),
    book: {
      ...book,
      pinned: book.pinned.filter((each) => !meant.includes(each)),
      unpinned: [...new Set([...book.unpinned, fingerprint])].slice(0, maxUnpinned),
    },
    notes: meant.map((key) => noteOf('unpinned', key, key.home, by)),
  };
}

/** For a person at home: what is pinned, and what could be. */
export function describe(book: ApproverBook): string {
  const pinned = book.pinned.map((key) =>
    [
      fingerprintOf(key),
      key.name,
      `since ${new Date(key.since).toISOString().slice(0, 16)}Z`,
      key.vouchedBy === undefined ? 'confirmed here' : `vouched for by ${key.vouchedBy}`,
      `made at ${key.party.origin}`,
      ...(key.revokedAt === undefined ? [] : ['removed on the dashboard, approves nothing']),
      ...(key.home === book.home ? [] : ['of another server’s user, approves nothing']),
    ].join(' · '),
  );
  const offered = waiting(book).map((key) =>
    [
      fingerprintOf(key),
      key.name,
      `made ${new Date(key.createdAt).toISOString().slice(0, 16)}Z at ${key.party.origin}`,
    ].join(' · '),
  );
  return [
    ...(pinned.length === 0 ? ['No key is pinned: none approves orders here.'] : ['Pinned:', ...pinned]),
    ...(offered.length === 0
      ? ['The server offers no other key.']
      : [
          'Offered by the server, not pinned:',
          ...offered,
          'If the page on which you made it shows the same fingerprint: approvers add FINGERPRINT',
        ]),
  ].join('\n');
}

const listHint = 'See: approvers list';

function refused(text: string): Commanded {
  return { ok: false, text };
}

function pinnedOf({ id, publicKey, name, party }: OfferedKey, home: string, since: number): PinnedKey {
  return { id, publicKey, name, party, home, counter: 0, since };
}

function noteOf(
  what: ApproverNote['what'],
  key: Pick<OfferedKey, 'id' | 'publicKey' | 'name'>,
  home: string,
  by: string,
): ApproverNote {
  return { what, fingerprint: fingerprintOf(key), name: key.name, home, by };
}
