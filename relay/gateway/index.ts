import { AccountDesk } from './accounts/accounts.ts';
import { AdvisorDesk } from './accounts/advisors.ts';
import { ExecutionDesk } from './accounts/executions.ts';
import type { GatewayLogger } from './connection/link.ts';
import type { GatewayStatus } from './connection/session-view.ts';
import { Supervisor, type SupervisorSettings } from './connection/supervisor.ts';
import { ContractDesk } from './contracts/contracts.ts';
import { HistoryDesk } from './history/history.ts';
import { HistoryGate } from './history/history-gate.ts';
import { QuoteDesk } from './market-data/quotes.ts';
import { TickDesk } from './market-data/ticks.ts';
import { OptionCalculator } from './options/option-calculator.ts';
import { OptionDesk } from './options/options.ts';
import { CalendarDesk } from './research/calendar.ts';
import { FundamentalDesk } from './research/fundamentals.ts';
import { NewsDesk } from './research/news.ts';
import { ScannerDesk } from './research/scanner.ts';

/** Where IB Gateway is, and how patiently to deal with it. Times in milliseconds. */
export interface GatewayOptions extends Partial<SupervisorSettings> {
  readonly host: string;
  readonly port: number;
  readonly clientId: number;
  /** Market-data lines that may be open at a time; IB gives 100 by default. */
  readonly marketDataLines?: number;
  /** How long a line stays open after its quote was read, for the next one who asks. */
  readonly idleLineMs?: number;
}

const defaults = {
  handshakeMs: 10_000,
  loginMs: 20_000,
  heartbeatIdleMs: 15_000,
  heartbeatTimeoutMs: 10_000,
  reconnectMinMs: 1_000,
  reconnectMaxMs: 30_000,
  requestsPerSecond: 40,
};
const defaultLines = 90;
const defaultIdleLineMs = 60_000;

/** The one owner of the IB connection and everything that is read over it. */
export interface Gateway {
  start(): void;
  /** Closes the connection; everything pending fails. */
  stop(): void;
  status(): GatewayStatus;
  /** Told whenever the status changes. @returns the function that ends it */
  onStatus(listener: (status: GatewayStatus) => void): () => void;
  /** The gateway's clock, epoch milliseconds. */
  serverTime(): number;
  readonly supervisor: Supervisor;
  readonly contracts: ContractDesk;
  readonly options: OptionDesk;
  readonly accounts: AccountDesk;
  readonly advisors: AdvisorDesk;
  readonly optionCalculator: OptionCalculator;
  readonly quotes: QuoteDesk;
  readonly history: HistoryDesk;
  readonly ticks: TickDesk;
  readonly executions: ExecutionDesk;
  readonly scanner: ScannerDesk;
  readonly news: NewsDesk;
  readonly calendar: CalendarDesk;
  readonly fundamentals: FundamentalDesk;
}

/** Makes the gateway connection; nothing is dialled before `start()`. */
export function createGateway(options: GatewayOptions, logger: GatewayLogger): Gateway {
  const supervisor = new Supervisor({ ...defaults, ...options }, logger);
  const contracts = new ContractDesk(supervisor);
  const gate = new HistoryGate();
  return {
    start: () => supervisor.start(),
    stop: () => supervisor.stop(),
    status: () => supervisor.status(),
    onStatus: (listener) => supervisor.onStatus(listener),
    serverTime: () => supervisor.serverTime(),
    supervisor,
    contracts,
    options: new OptionDesk(supervisor, contracts),
    accounts: new AccountDesk(supervisor),
    advisors: new AdvisorDesk(supervisor),
    optionCalculator: new OptionCalculator(supervisor),
    quotes: new QuoteDesk(supervisor, options.marketDataLines ?? defaultLines, options.idleLineMs ?? defaultIdleLineMs),
    history: new HistoryDesk(supervisor, gate),
    ticks: new TickDesk(supervisor, gate),
    executions: new ExecutionDesk(supervisor),
    scanner: new ScannerDesk(supervisor),
    news: new NewsDesk(supervisor),
    calendar: new CalendarDesk(supervisor),
    fundamentals: new FundamentalDesk(supervisor),
  };
}

export { accountKind } from './accounts/accounts.ts';
export type { GatewayLogger } from './connection/link.ts';
export type { GatewayStatus } from './connection/session-view.ts';
