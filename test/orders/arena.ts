import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../../scripts/processes.ts';
import { epochOf } from '../../worker/sign-in/session.ts';
import { Browser } from '../support/browser.ts';
import { connectClient, type TestClient } from '../support/clients.ts';
import { Line } from '../support/line.ts';
import { clockFrom, fridayNoon } from '../support/simulator/client.ts';
import { startRelay, type TestRelay } from '../support/system.ts';
import { startWorker, type TestWorker } from '../support/worker.ts';
import { CallLog } from './call-log.ts';
import type { History } from './history.ts';
import { Ledger } from './ledger.ts';
import { Owner } from './owner.ts';
import { Trader } from './trader.ts';

export const account = 'DU1234567';
export const relayClientId = 7;
/** From here a clock can be set a day on several times before the weekend. */
const mondayNoon = fridayNoon - 4 * 86_400_000;

interface ArenaOptions {
  readonly approval: History['approval'];
  /** Other programs than the product's: the same with shorter waiting times. */
  readonly relayMain?: string;
  readonly workerMain?: string;
}

/** On a machine that is busy with other work even what is well takes so long. */
const patienceMs = 120_000;

interface Places {
  readonly worker: TestWorker;
  /** Where the Worker keeps its objects. */
  readonly storage: string;
  /** Between relay and Worker. */
  readonly line: Line;
}

/**
 * One person with a Worker of its own, a relay as a process, a simulated gateway on TCP, and two clients of one grant and one
 * of another.
 */
export class Arena {
  readonly worker: TestWorker;
  readonly storage: string;
  readonly line: Line;
  readonly userId: string;
  readonly browser: Browser;
  readonly relay: TestRelay;
  readonly log = new CallLog();
  readonly ledger: Ledger;
  readonly owner: Owner;
  readonly #options: ArenaOptions;
  readonly #clients: TestClient[] = [];
  #traders: Trader[] = [];
  readonly #atEnd: (() => void)[] = [];

  /** Use {@link Arena.start}. */
  constructor(
    options: ArenaOptions,
    { worker, storage, line }: Places,
    { browser, userId }: { browser: Browser; userId: string },
    relay: TestRelay,
  ) {
    this.#options = options;
    this.worker = worker;
    this.storage = storage;
    this.line = line;
    this.userId = userId;
    this.browser = browser;
    this.relay = relay;
    this.ledger = new Ledger(relay.simulator, relayClientId, this.log);
    this.owner = new Owner(relay, this.ledger);
  }

  static async start(options: ArenaOptions): Promise<Arena> {
    const { approval, relayMain, workerMain } = options;
    const storage = await mkdtemp(join(tmpdir(), 'worker-'));
    const worker = await startWorker({ storage, ...(workerMain === undefined ? {} : { main: workerMain }) });
    const line = await Line.to(worker.origin);
    const person = await signIn(worker);
    const env = {
      RELAY_URL: line.origin,
      RELAY_TRADING: 'paper',
      RELAY_APPROVAL: approval,
      RELAY_ACCOUNTS: account,
      GATEWAY_CLIENT_ID: String(relayClientId),
    };
    const relay = await startRelay(
      worker,
      person.browser,
      { clock: clockFrom(mondayNoon), accounts: [account, 'DU7654321'], tickIntervalMs: 50 },
      env,
      relayMain,
    );
    const arena = new Arena(options, { worker, storage, line }, person, relay);
    try {
      await arena.#ready();
      await arena.#connect();
      await arena.works();
    } catch (error) {
      await arena.close();
      throw error;
    }
    return arena;
  }

  /** Two clients that share a grant, of both generations, and one with a grant of its own. */
  get traders(): readonly [Trader, Trader, Trader] {
    return this.#traders as never;
  }

  get simulator() {
    return this.relay.simulator;
  }

  get calls() {
    return this.log.calls;
  }

  /** Nobody hears what the server was about to say. */
  dropClients(): void {
    for (const trader of this.#traders) trader.drop();
  }

  async #connect(): Promise<void> {
    const { worker, browser } = this;
    const first = await connectClient({ era: '2026-07-28', url: worker.mcp, browser, trade: true });
    const second = await connectClient({ era: '2025-era', url: worker.mcp, auth: first.auth, trade: true });
    const other = await connectClient({ era: '2025-era', url: worker.mcp, browser, trade: true });
    this.#clients.push(first, second, other);
    this.#traders = [
      new Trader('one', first, this.log),
      new Trader('one', second, this.log),
      new Trader('two', other, this.log),
    ];
  }

  /**
   * Everything works again, and is connected.
   * @param owner what somebody at home has to do for it, again and again until it works
   */
  async heal(owner: () => Promise<void> = async () => undefined): Promise<void> {
    this.line.mend();
    this.simulator.heal();
    this.ledger.listen();
    await this.simulator.listen();
    const { process } = this.relay;
    // As its supervisor does with one that has ended.
    if (process.exitCode !== null || process.signalCode !== null) this.relay.start();
    await this.#ready();
    await owner();
    await this.works();
  }

  /** Waits until a client sees that everything is connected: health overlooks short interruptions, a status does not. */
  async works(): Promise<void> {
    await this.#ready();
    let said: unknown;
    const isOk = async () => {
      said = (await this.#clients[0]?.call('get_status'))?.structuredContent;
      return (said as { ok?: boolean } | undefined)?.ok === true;
    };
    await eventually('everything to work', isOk, patienceMs).catch((error: Error) => {
      throw new Error(`${error.message} ${JSON.stringify(said)}`, { cause: error });
    });
  }

  async #ready(): Promise<void> {
    const { readyz } = this.relay;
    await eventually('the relay to be ready', async () => (await readyz()).status === 200, patienceMs);
  }

  /** Asks for every undecided ticket until each is decided, or `withinMs` are over. */
  async settle(from: number, withinMs: number): Promise<void> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const open = this.undecided(from);
      if (open.length === 0 || Date.now() > deadline) break;
      await Promise.all(open.map(([ticket, grant]) => this.#traderOf(grant).status(ticket)));
      await delay(400);
    }
    const all = this.#lastStates(from);
    await Promise.all([...all].map(([ticket, { grant }]) => this.#traderOf(grant).status(ticket)));
  }

  /** Those whose last word was that it is not known yet. */
  undecided(from: number): [ticket: string, grant: string][] {
    return [...this.#lastStates(from)]
      .filter(([, { state }]) => state === 'submitting' || state === 'unknown')
      .map(([ticket, { grant }]) => [ticket, grant]);
  }

  /** How the tickets stand, by what was told of each last. */
  states(from: number): Map<string, string> {
    return new Map([...this.#lastStates(from)].map(([ticket, { state }]) => [ticket, state]));
  }

  #lastStates(from: number): Map<string, { state: string; grant: string }> {
    const states = new Map<string, { state: string; grant: string }>();
    const answered = this.calls.slice(from).filter(({ told }) => told !== undefined);
    for (const { told, about, grant } of answered.toSorted((a, b) => (a.until ?? 0) - (b.until ?? 0))) {
      const ticket = told?.ticket ?? about;
      const state = told?.error === 'ticket_not_found' ? 'forgotten' : told?.state;
      if (ticket && state) states.set(ticket, { state, grant });
    }
    return states;
  }

  #traderOf(grant: string): Trader {
    return this.traders[grant === 'two' ? 2 : 0];
  }

  /** What happened since that call, for the checker. */
  history(from: number, more: Pick<History, 'faults' | 'healedAt' | 'resolveWithin' | 'silent'>): History {
    const calls = this.calls.slice(from);
    const since = calls[0]?.at ?? 0;
    const { orders, received } = this.ledger.read();
    return {
      relayClientId,
      approval: this.#options.approval,
      accounts: [account],
      limits: {},
      calls,
      ledger: {
        orders: orders.filter(({ acceptedAt }) => acceptedAt >= since),
        received: received.filter(({ at }) => at >= since),
      },
      stops: [],
      ...more,
    };
  }

  /** Done before everything ends, whatever happened. */
  atEnd(work: () => void): void {
    this.#atEnd.push(work);
  }

  /** Writes into a folder what is known of all since that call. */
  async keep(folder: string, from: number): Promise<void> {
    const history = this.history(from, { faults: [], healedAt: 0, resolveWithin: 0, silent: [] });
    await writeFile(join(folder, 'calls.json'), history.calls.map((call) => JSON.stringify(call)).join('\n'));
    await writeFile(join(folder, 'ledger.json'), JSON.stringify(history.ledger, undefined, 1));
    await writeFile(join(folder, 'relay.log'), this.relay.output.slice(-2_000).join('\n'));
  }

  async close(): Promise<void> {
    for (const work of this.#atEnd) work();
    for (const client of this.#clients) await client.close().catch(() => undefined);
    await this.relay.close();
    await this.line.close();
    await this.worker.close();
    await rm(this.storage, { recursive: true, force: true });
  }
}

interface Directory {
  DIRECTORY: { getByName(name: string): { userFor(subject: string): Promise<string> } };
}

/** A new person with a session. It is written beside Home's code: an object that a test has called stays in memory. */
async function signIn(worker: TestWorker): Promise<{ browser: Browser; userId: string }> {
  const env = await worker.bindings<Directory>();
  const userId = await env.DIRECTORY.getByName('directory').userFor(`trader ${randomUUID()}`);
  const secret = randomBytes(32).toString('base64url');
  const browser = new Browser();
  browser.setCookie('session', `${userId}.${secret}`);
  // Nobody is signed in yet, but now the object has its tables.
  await browser.open(worker.origin);
  const hash = createHash('sha256').update(secret).digest('base64url');
  const statement = `INSERT INTO session (hash, id, epoch, device, created_at, seen_at, fresh_at, expires_at)
    VALUES (?, 'arena', ?, 'the arena', 0, ?, ?, ?)`;
  const [epoch, now] = [await epochOf({}), Date.now()];
  await worker.sql('Home', userId, statement, hash, epoch, now, now, now + 86_400_000);
  browser.setCookie('session', `${userId}.${secret}`);
  return { browser, userId };
}
