import { endorsementChallenge } from '../../shared/approvers/challenges.ts';
import { fingerprintOf } from '../../shared/approvers/fingerprint.ts';
import { PasskeyError } from '../../shared/passkeys/passkey.ts';
import { type ApproverBook, type BookStep, pinVouched, vouchings } from './book.ts';

/**
 * Pins every offered key for which a pinned one has signed, and those for which such a one has.
 * @param current the book as it is now: it may change while a signature is checked
 * @param take makes a step of the book that comes of it
 * @param refused told of a word that did not hold
 */
export async function pinAllVouched(
  current: () => ApproverBook,
  take: (step: BookStep) => void,
  refused: (fingerprint: string, why: string) => void,
  now: () => number,
): Promise<void> {
  const tried = new Set<string>();
  for (;;) {
    const vouching = vouchings(current()).find(({ key }) => !tried.has(fingerprintOf(key)));
    if (!vouching) return;
    const { home, key, by, endorsement } = vouching;
    const fingerprint = fingerprintOf(key);
    tried.add(fingerprint);
    // Loaded when there is something to check: it is large.
    const { verifiedAssertion } = await import('../../shared/passkeys/assertion.ts');
    try {
      const challenge = endorsementChallenge(home, fingerprint);
      // It may come long after it was given, and later signatures before it: its counter is no sign of a copy.
      const counter = await verifiedAssertion(by.party, challenge, endorsement.assertion, {
        ...by,
        counter: 0,
      });
      take(pinVouched(current(), vouching, counter, now()));
    } catch (error) {
      if (!(error instanceof PasskeyError)) throw error;
      refused(fingerprint, error.message);
    }
  }
}
