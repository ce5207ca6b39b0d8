import { type Alert, subjectOf } from '../../shared/alerts/alert.ts';
import { type AlertsPush, type AlertsReport, type AlertsStatus, alertsSync } from '../../shared/alerts/sync.ts';
import { type ExecutorConfig, executorOf, type ToolExecutor } from '../tools/support/tool.ts';
import { AccountWatch } from './account-watch.ts';
import type { AlertStore } from './alert-file.ts';
import { dueDay, isOver } from './due.ts';
import { AlertKeeper } from './keeper.ts';
import { QuoteWatch, type QuoteWatchOptions } from './quote-watch.ts';

export interface AlertDeskOptions extends Pick<QuoteWatchOptions, 'gateway' | 'lines' | 'logger' | 'timing'> {
  readonly config: ExecutorConfig;
  readonly store: AlertStore;
  /** Id of the Home whose alerts these are. */
  readonly home: string;
  /** Told when `status()` has changed. */
  readonly onChange: () => void;
  readonly accountEveryMs?: number;
}

/** IB sends account values every few seconds at most. */
const defaultAccountEveryMs = 5_000;
const clockEveryMs = 1_000;

/** Watches the user's alerts at home, whether or not the tunnel is up. */
export class AlertDesk {
  readonly #options: AlertDeskOptions;
  readonly #keeper: AlertKeeper;
  readonly #quotes: QuoteWatch;
  readonly #accounts: AccountWatch;
  #accountTimer: NodeJS.Timeout | undefined;
  #clockTimer: NodeJS.Timeout | undefined;
  readonly #over = new Set<string>();
  #running = false;

  constructor(options: AlertDeskOptions) {
    this.#options = options;
    this.#keeper = new AlertKeeper(options.store, options.home, () => {
      this.#arrange();
      options.onChange();
    });
    const hooks = {
      see: (...sighting: Parameters<AlertKeeper['see']>) => void this.#see(...sighting),
      problem: (id: string, message: string | undefined) => this.#keeper.setProblem(id, message),
    };
    this.#quotes = new QuoteWatch({ ...options, ...hooks });
    this.#accounts = new AccountWatch({ ...options, ...hooks });
  }

  /** What Home calls to bring its list and to take the firings. */
  get executor(): ToolExecutor {
    return executorOf(alertsSync, async (push) => this.#sync(push), { offline: true });
  }

  /** For the relay's status: how Home learns that something has fired. */
  status(): AlertsStatus {
    return this.#keeper.status();
  }

  start(): void {
    this.#running = true;
    this.#arrange();
  }

  stop(): void {
    this.#running = false;
    this.#arrange();
  }

  #sync(push: AlertsPush): AlertsReport {
    try {
      return this.#keeper.sync(push);
    } catch (error) {
      // The server can only say that it did not work; the reason is of this machine.
      this.#options.logger.error({ err: error }, 'the list of alerts could not be saved: they are not watched');
      throw error;
    }
  }

  #see(...[id, sighting]: Parameters<AlertKeeper['see']>): void {
    try {
      if (this.#keeper.see(id, sighting)) this.#options.logger.info({ alert: id }, 'an alert fired');
    } catch (error) {
      // Not fired then: it is tried again at the next sight of it, and announced only once it is safe.
      this.#options.logger.error({ err: error }, 'an alert could not be recorded');
    }
  }

  /** Those that may still fire, on instruments that trade. */
  get #waiting(): readonly Alert[] {
    return this.#keeper.waiting.filter(({ id }) => !this.#over.has(id));
  }

  /** Only the gateway's own clock tells: before it is connected, there is this machine's alone. */
  #isOver(alert: Alert): boolean {
    const { gateway } = this.#options;
    return gateway.ready && isOver(alert, gateway.serverTime());
  }

  /** Opens and closes what the alerts that wait need. */
  #arrange(): void {
    const waiting = this.#running ? this.#waiting : [];
    const of = (subject: (typeof subjectOf)[Alert['kind']]) =>
      waiting.filter(({ kind }) => subjectOf[kind] === subject);
    this.#quotes.watch(of('contract'));
    const accounts = of('account').length > 0;
    const clock = waiting.some(({ kind, expires }) => subjectOf[kind] === 'clock' || expires !== undefined);
    this.#accountTimer = every(
      accounts,
      this.#accountTimer,
      this.#options.accountEveryMs ?? defaultAccountEveryMs,
      () => this.#lookAtAccounts(),
    );
    this.#clockTimer = every(clock, this.#clockTimer, clockEveryMs, () => this.#lookAtClock());
  }

  #lookAtAccounts(): void {
    void this.#accounts.look(this.#waiting.filter(({ kind }) => subjectOf[kind] === 'account'));
  }

  #lookAtClock(): void {
    const now = this.#options.gateway.serverTime();
    const over = this.#waiting.filter((alert) => this.#isOver(alert));
    for (const { id, contract, expires } of over) {
      this.#keeper.setOver(id, `${contract ?? 'Its instrument'} expired on ${expires}.`);
      this.#over.add(id);
    }
    if (over.length > 0) this.#arrange();
    for (const alert of this.#waiting) {
      const day = alert.kind === 'time' ? dueDay(alert, now) : undefined;
      if (day !== undefined) this.#see(alert.id, { at: now, day });
    }
  }
}

/** Keeps a timer running while it is wanted. @returns the timer, if there is one */
function every(
  wanted: boolean,
  running: NodeJS.Timeout | undefined,
  ms: number,
  work: () => void,
): NodeJS.Timeout | undefined {
  if (wanted === (running !== undefined)) return running;
  clearInterval(running);
  return wanted ? setInterval(work, ms).unref() : undefined;
}
