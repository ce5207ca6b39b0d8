import { DurableObject } from 'cloudflare:workers';
import { Attempts } from './edge/attempts.ts';
import { equalSecrets, randomToken } from './edge/secrets.ts';
import type { Home } from './home/home.ts';
import { Ceremonies, type Ceremony, type CeremonyPurpose, type Enrolment, type Role } from './people/ceremonies.ts';
import { PairingCodes } from './people/pairing-codes.ts';
import { type Invitation, People, type Person } from './people/people.ts';
import { StorageError } from './storage/errors.ts';
import { type Migration, openSchema } from './storage/migrations.ts';

/** What the Directory needs of the Worker's environment. */
export interface DirectoryEnv {
  /** One object per user. */
  readonly HOME: DurableObjectNamespace<Home>;
  /** Secret: the one-time word that makes its holder the owner of a deployment. */
  readonly SETUP_CODE?: string;
  /** `"1"` while the owner, who has lost every passkey, makes a new one with the setup code. */
  readonly RECOVERY?: string;
}

/** A refusal: what the person reads, and its HTTP status. */
export interface Refusal {
  readonly problem: string;
  readonly status: 400 | 403 | 409 | 429 | 503;
}

/** A question to an authenticator, and whose passkey will answer it. */
export interface OpenedCeremony {
  readonly secret: string;
  readonly challenge: string;
}

/** With what a person comes in for the first time: the deployment's setup code, or an invitation. */
export interface Admission {
  readonly by: 'setup' | 'invitation';
  readonly code: string;
  /** How the owner wants to be called; an invited person's name is in the invitation. */
  readonly name: string;
}

/** What the pages ask of the Directory before anybody has signed in. */
export interface DoorState {
  /** Whether somebody owns this deployment. */
  readonly owned: boolean;
  /** Whether the setup code makes a new passkey for its owner. */
  readonly recovering: boolean;
}

/** Whose relay a pairing code pairs, or why it pairs none. */
export type PairingCodeVerdict =
  | { readonly userId: string }
  | { readonly refused: 'wrong-code' | 'expired' | 'too-many-attempts' };

const ownerIdentity = 'setup-code:owner';
const maxUsers = 10_000;

/** Never edit a step that has shipped; add another. */
const migrations: readonly Migration[] = [
  (sql) => {
    // Both may be there: the first release made them and wrote no version.
    sql.exec('CREATE TABLE IF NOT EXISTS identity (subject TEXT PRIMARY KEY, user_id TEXT NOT NULL) WITHOUT ROWID');
    Attempts.createTable(sql);
  },
  (sql) => {
    Ceremonies.createTable(sql);
    People.createTables(sql);
    sql.exec('CREATE TABLE relying_party (id TEXT NOT NULL)');
  },
  PairingCodes.createTable,
];

/**
 * Who belongs to this deployment, who is invited, and which questions to authenticators are open; and it slows down
 * guessing. Passkeys themselves are in each person's Home. One object for the deployment; touched only while somebody
 * signs in or pairs a relay.
 */
export class Directory extends DurableObject<DirectoryEnv> {
  readonly #ceremonies: Ceremonies;
  readonly #people: People;
  readonly #pairingCodes: PairingCodes;
  readonly #codes: Attempts;
  readonly #pairings: Attempts;
  readonly #questions: Attempts;
  readonly #registrations: Attempts;
  readonly #documents: Attempts;

  constructor(ctx: DurableObjectState, env: DirectoryEnv) {
    super(ctx, env);
    openSchema(ctx.storage, migrations);
    this.#ceremonies = new Ceremonies(ctx.storage.sql);
    this.#people = new People(ctx.storage.sql);
    this.#pairingCodes = new PairingCodes(ctx.storage.sql);
    this.#pairings = new Attempts(ctx.storage.sql, { max: 10, windowMs: 10 * 60_000 });
    this.#questions = new Attempts(ctx.storage.sql, { max: 60, windowMs: 15 * 60_000 });
    this.#codes = new Attempts(ctx.storage.sql, { max: 10, windowMs: 15 * 60_000 });
    this.#registrations = new Attempts(ctx.storage.sql, { max: 60, windowMs: 3_600_000 });
    this.#documents = new Attempts(ctx.storage.sql, { max: 60, windowMs: 3_600_000 });
  }

  /** The demo user of a local trial, who owns it. @throws StorageError when there are too many */
  async demoUser(): Promise<string> {
    const userId = await this.userFor('local:demo');
    this.#people.add(userId, 'Demo user', 'owner');
    return userId;
  }

  /** The user id of an identity, created with its Home on first use. @throws StorageError when there are too many */
  async userFor(subject: string): Promise<string> {
    const userId = this.#idOf(subject);
    await this.#openHome(userId);
    return userId;
  }

  door(): DoorState {
    return { owned: this.#people.owner() !== undefined, recovering: this.env.RECOVERY === '1' };
  }

  person(userId: string): Person | undefined {
    return this.#people.find(userId);
  }

  people(): { people: Person[]; invitations: Invitation[] } {
    return { people: this.#people.list(), invitations: this.#people.invitations() };
  }

  /** @returns the code to hand over, once; or nothing when that person may not invite */
  async invite(by: string, name: string, role: Role): Promise<string | undefined> {
    return this.#people.find(by)?.role === 'owner' ? this.#people.invite(name, role) : undefined;
  }

  withdrawInvitation(by: string, id: string): void {
    if (this.#people.find(by)?.role === 'owner') this.#people.withdraw(id);
  }

  /**
   * Removes a person with all that is kept for them: themselves, or another whom an owner removes.
   *
   * @returns why not
   */
  async remove(by: string, userId: string): Promise<Refusal | undefined> {
    const person = this.#people.find(userId);
    if (!person || (by !== userId && this.#people.find(by)?.role !== 'owner')) {
      return { problem: 'There is no such person, or you may not remove them.', status: 403 };
    }
    const others = this.#people.list().filter((other) => other.userId !== userId);
    if (person.role === 'owner' && others.length > 0 && !others.some(({ role }) => role === 'owner')) {
      return { problem: 'You are the only owner, and others are on this server: invite an owner first.', status: 409 };
    }
    // Should the second step fail, the person is still listed and can be removed again.
    await this.env.HOME.getByName(userId).destroy();
    this.ctx.storage.transactionSync(() => {
      this.#people.remove(userId);
      this.#ceremonies.forget(userId);
      this.#pairingCodes.forget(userId);
      this.ctx.storage.sql.exec('DELETE FROM identity WHERE user_id = ?', userId);
    });
    return undefined;
  }

  /**
   * Opens a question to an authenticator.
   *
   * @param partyId the relying party of the address that was called
   * @param from the caller's network: sixty questions in fifteen minutes
   * @param userId whose passkey has to answer; none for a sign-in
   */
  async ask(
    purpose: Exclude<CeremonyPurpose, 'enrol'>,
    partyId: string,
    from: string,
    userId?: string,
  ): Promise<OpenedCeremony | Refusal> {
    return this.#refusal(partyId, from) ?? this.#ceremonies.open(purpose, userId);
  }

  /** As {@link ask}, for the first passkey of whoever has a code. */
  async askNewcomer(
    { by, code, name }: Admission,
    partyId: string,
    from: string,
  ): Promise<(OpenedCeremony & { userId: string; name: string }) | Refusal> {
    const refused = this.#refusal(partyId, from);
    if (refused) return refused;
    const basis = by === 'setup' ? await this.#bySetupCode(code, name, from) : await this.#byInvitation(code, from);
    if ('problem' in basis) return basis;
    const userId = basis.invitation === undefined ? this.#ownerId() : randomToken(16);
    const opened = await this.#ceremonies.open('enrol', userId, basis);
    return { ...opened, userId, name: basis.name };
  }

  takeCeremony(secret: string, purpose: CeremonyPurpose): Promise<Ceremony | undefined> {
    return this.#ceremonies.take(secret, purpose);
  }

  /** Makes the Home in which a newcomer's passkey is kept. @returns why this ground no longer lets anybody in */
  async prepareHome(userId: string, basis: Enrolment): Promise<Refusal | undefined> {
    if (basis.invitation === undefined && !this.#setupIsOpen()) return alreadyOwned;
    await this.#openHome(userId);
    return undefined;
  }

  /**
   * Lets a newcomer in, whose passkey their Home has by now; before that it opens nothing.
   *
   * @param partyId kept from the first person on, since passkeys of another one never work here
   */
  admit(userId: string, basis: Enrolment, partyId: string): Refusal | undefined {
    return this.ctx.storage.transactionSync(() => {
      if (basis.invitation === undefined ? !this.#setupIsOpen() : !this.#people.use(basis.invitation)) {
        return basis.invitation === undefined ? alreadyOwned : invitationGone;
      }
      this.#people.add(userId, basis.name, basis.role);
      if (this.#partyId() === undefined) {
        this.ctx.storage.sql.exec('INSERT INTO relying_party (id) VALUES (?)', partyId);
      }
      return undefined;
    });
  }

  /** A one-time code with which a relay is paired with that person's Home. */
  createPairingCode(userId: string): Promise<string> {
    return this.#pairingCodes.create(userId);
  }

  /**
   * Uses a pairing code up. A right one counts whatever was tried before, so that nobody can lock its owner out; wrong
   * ones are counted by network.
   *
   * @param code as somebody typed it
   * @param from the caller's network
   */
  async takePairingCode(code: string, from: string): Promise<PairingCodeVerdict> {
    const taken = await this.#pairingCodes.take(code);
    if (taken) return taken.inTime ? { userId: taken.userId } : { refused: 'expired' };
    return { refused: count(this.#pairings, `pair ${from}`) ? 'wrong-code' : 'too-many-attempts' };
  }

  /** Whether one more OAuth client may be registered from this network: sixty in an hour. Counts it. */
  countRegistration(from: string): boolean {
    return count(this.#registrations, `register ${from}`);
  }

  /** Whether one more client's document may be fetched for this network: sixty in an hour. Counts it. */
  countDocumentFetch(from: string): boolean {
    return count(this.#documents, `document ${from}`);
  }

  async #bySetupCode(given: string, name: string, from: string): Promise<Enrolment | Refusal> {
    const expected = this.env.SETUP_CODE;
    if (!expected || expected.length < 16) {
      return {
        problem:
          'This server has no setup code yet. Set one of at least 16 characters: npx wrangler secret put SETUP_CODE',
        status: 503,
      };
    }
    if (!this.#codes.allowed(`code ${from}`)) return tooManyCodes;
    if (!(await equalSecrets(given, expected))) {
      this.#codes.record(`code ${from}`);
      return { problem: 'That is not the setup code.', status: 403 };
    }
    if (!this.#setupIsOpen()) return alreadyOwned;
    return { name: this.#people.owner()?.name ?? name, role: 'owner', invitation: undefined };
  }

  async #byInvitation(code: string, from: string): Promise<Enrolment | Refusal> {
    if (!this.#codes.allowed(`code ${from}`)) return tooManyCodes;
    const basis = await this.#people.invitation(code);
    if (basis) return basis;
    this.#codes.record(`code ${from}`);
    return invitationGone;
  }

  #refusal(partyId: string, from: string): Refusal | undefined {
    const known = this.#partyId();
    if (known !== undefined && known !== partyId) {
      return {
        problem: `The passkeys of this server belong to ${known}, and do not work at ${partyId}. Open it at ${known}, or set RP_ID back to ${known}.`,
        status: 409,
      };
    }
    return count(this.#questions, `passkey ${from}`)
      ? undefined
      : { problem: 'Too many attempts. Wait fifteen minutes and try again.', status: 429 };
  }

  #partyId(): string | undefined {
    return this.ctx.storage.sql.exec<{ id: string }>('SELECT id FROM relying_party').toArray()[0]?.id;
  }

  #setupIsOpen(): boolean {
    return this.#people.owner() === undefined || this.env.RECOVERY === '1';
  }

  /** The owner's, who may have signed in with an earlier version that knew no passkeys. */
  #ownerId(): string {
    return this.#people.owner()?.userId ?? this.#idOf(ownerIdentity);
  }

  /** Every time: should it have failed at the first sign-in, the next one makes up for it. */
  async #openHome(userId: string): Promise<void> {
    await this.env.HOME.getByName(userId).initialise(userId);
  }

  #idOf(subject: string): string {
    const { sql } = this.ctx.storage;
    const known = sql.exec<{ user_id: string }>('SELECT user_id FROM identity WHERE subject = ?', subject).toArray()[0];
    if (known) return known.user_id;
    const { users } = sql.exec<{ users: number }>('SELECT count(*) AS users FROM identity').one();
    if (users >= maxUsers) {
      throw new StorageError('storage_full', `This server has ${maxUsers} users already. Deploy one of your own.`);
    }
    const userId = randomToken(16);
    sql.exec('INSERT INTO identity (subject, user_id) VALUES (?, ?)', subject, userId);
    return userId;
  }
}

const tooManyCodes: Refusal = { problem: 'Too many wrong codes. Wait fifteen minutes and try again.', status: 429 };

const invitationGone: Refusal = {
  problem:
    'This invitation is not known: it was mistyped, used, withdrawn, or is older than a week. Ask for a new one.',
  status: 403,
};

const alreadyOwned: Refusal = {
  problem:
    'This server has an owner already. An owner who has lost every passkey sets the variable RECOVERY to 1, comes back here, and removes it again.',
  status: 403,
};

function count(attempts: Attempts, key: string): boolean {
  if (!attempts.allowed(key)) return false;
  attempts.record(key);
  return true;
}
