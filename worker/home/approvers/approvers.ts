import type { z } from 'zod';
import { fingerprintOf } from '../../../shared/approvers/fingerprint.ts';
import { type approversOffer, approversStatusSchema, approversVersion } from '../../../shared/approvers/offer.ts';
import { ToolError } from '../../../shared/errors.ts';
import type { AuditEntry } from '../../../shared/orders/home-model.ts';
import type { Assertion } from '../../../shared/passkeys/assertion-schema.ts';
import type { PasskeyKey, RelyingParty } from '../../../shared/passkeys/passkey.ts';
import { type ApproverKey, ApproverKeys, type ApproverOffer, type ApproverView } from './approver-keys.ts';
import { ApproverRelays } from './approver-relays.ts';

/** What keys that approve need of their Home. */
export interface ApproversOwner {
  /** Asks one relay. Rejects with a ToolError. */
  ask(device: string, offer: z.input<(typeof approversOffer)['input']>): Promise<unknown>;
  isOnline(device: string): boolean;
  note(entry: Omit<AuditEntry, 'at'>): void;
}

/** The keys, and which of them each relay that can pin keys has pinned. */
export interface ApproversOverview {
  readonly views: ApproverView[];
  readonly relays: { readonly device: string; readonly pinned: readonly string[] }[];
}

/**
 * A user's keys that approve orders, and the relays to which they are offered. Home decides nothing about them: a relay
 * accepts what a person at home pinned, or what a pinned key vouches for.
 */
export class Approvers {
  readonly #keys: ApproverKeys;
  readonly #relays: ApproverRelays;
  readonly #owner: ApproversOwner;
  /** As the keys are; read when it is first needed. */
  #offered: ApproverOffer | undefined;

  constructor(sql: SqlStorage, owner: ApproversOwner) {
    this.#keys = new ApproverKeys(sql);
    this.#relays = new ApproverRelays(sql);
    this.#owner = owner;
  }

  overview(): ApproversOverview {
    return { views: this.#keys.views(), relays: this.#relays.list() };
  }

  keys(): ApproverKey[] {
    return this.#keys.keys();
  }

  /** @param by who does it, in words @returns a sentence when it cannot be added */
  add(key: PasskeyKey & { backedUp: boolean }, name: string, party: RelyingParty, by: string): string {
    const problem = this.#keys.add(key, name, party);
    if (!problem) this.#changed('approver added', by, `${fingerprintOf(key)} ${name}`);
    return problem;
  }

  /** @param by who does it, in words */
  remove(fingerprint: string, by: string): void {
    const key = this.#keys.remove(fingerprint);
    if (key) this.#changed('approver removed', by, `${fingerprint} ${key.name}`);
  }

  /**
   * Those with which a key can be vouched for: each is pinned at a relay that has not pinned this one.
   * @param origin where the person is: a key works only where it was made
   */
  endorsers(fingerprint: string, origin: string): ApproverKey[] {
    const lacking = this.#relays.list().filter(({ pinned }) => !pinned.includes(fingerprint));
    return this.#keys
      .keys()
      .filter((key) => key.party.origin === origin && lacking.some(({ pinned }) => pinned.includes(key.fingerprint)));
  }

  /**
   * Keeps one key's word for another, which was checked.
   * @param counter of the key that vouches @returns a sentence when it cannot be kept
   */
  endorse(fingerprint: string, endorser: string, assertion: Assertion, counter: number, by: string): string {
    if (!this.#keys.used(endorser, counter)) return 'This signature is older than the last one of that key. Try again.';
    if (!this.#keys.endorse(fingerprint, endorser, assertion)) return 'This key is not here any more. Reload the page.';
    this.#changed('approver endorsed', by, `${fingerprint} by ${endorser}`);
    return '';
  }

  /** A relay's status has come: on connect, and when something there has changed. */
  onStatus(device: string, status: unknown): void {
    const { data } = approversStatusSchema.safeParse((status as { approvers?: unknown } | null)?.approvers);
    if (data?.version !== approversVersion) {
      this.#relays.forget(device);
      return;
    }
    const before = this.#relays.pinnedAt(device);
    if (before?.join() !== data.pinned.join()) {
      this.#relays.record(device, data.pinned);
      const detail = data.pinned.join(' ') || 'none';
      if (before !== undefined || data.pinned.length > 0) {
        this.#owner.note({ what: 'approvers pinned at home', device, detail });
      }
    }
    // Not within the step of the tunnel's machine that told us.
    if (data.list !== this.#offer.name) queueMicrotask(() => void this.#offerTo(device));
  }

  relayRemoved(device: string): void {
    this.#relays.forget(device);
  }

  get #offer(): ApproverOffer {
    this.#offered ??= this.#keys.offer();
    return this.#offered;
  }

  #changed(what: string, by: string, detail: string): void {
    this.#offered = undefined;
    this.#owner.note({ what, by, detail });
    for (const { device } of this.#relays.list()) if (this.#owner.isOnline(device)) void this.#offerTo(device);
  }

  /** Never rejects: a relay that did not hear it is told when it next says how it is. */
  async #offerTo(device: string): Promise<void> {
    const { name, keys, revoked } = this.#offer;
    try {
      await this.#owner.ask(device, { version: approversVersion, list: name, keys, revoked });
      this.#owner.note({ what: 'approvers offered', device, detail: `list ${name}` });
    } catch (error) {
      console.warn('keys that approve could not be offered', error instanceof ToolError ? error.code : error);
    }
  }
}
