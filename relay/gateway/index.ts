import type { ToolErrorData } from '../../shared/errors.ts';
import type { RelayStatus } from '../../shared/status.ts';
import { AccountDesk } from './accounts/accounts.ts';
import { AdvisorDesk } from './accounts/advisors.ts';
import { ExecutionDesk } from './accounts/executions.ts';
import { connectionTimes } from './connection/connection-times.ts';
import { dataConnection } from './connection/data-connection.ts';
import type { GatewayLogger } from './connection/link.ts';
import type { GatewayStatus } from './connection/session-view.ts';
import { Supervisor, type SupervisorSettings } from './connection/supervisor.ts';
import { ContractDesk } from './contracts/contracts.ts';
import { HistoryDesk } from './history/history.ts';
import { HistoryGate } from './history/history-gate.ts';
import { PastSessions } from './market-data/past-sessions.ts';
import { QuoteDesk } from './market-data/quotes.ts';
import { TickDesk } from './market-data/ticks.ts';
import { OptionCalculator } from './options/option-calculator.ts';
import { OptionDesk } from './options/options.ts';
import { mayAct, OrderDesk } from './orders/order-desk.ts';
import { CalendarDesk } from './research/calendar.ts';
import { FundamentalDesk } from './research/fundamentals.ts';
import { NewsDesk } from './research/news.ts';
import { ScannerDesk } from './research/scanner.ts';
import { MarketClock } from './time/market-clock.ts';

/** Where IB Gateway is, and how patiently to deal with it. Times in milliseconds. */
export interface GatewayOptions extends Partial<Omit<SupervisorSettings, 'mayAct'>> {
  readonly host: string;
  readonly port: number;
  readonly clientId: number;
  /** What may be sent besides questions: nothing by default. */
  readonly trading?: RelayStatus['trading'];
  /** Market-data lines that may be open at a time; IB gives 100 by default. */
  readonly marketDataLines?: number;
  /** How long a line stays open after its quote was read, for the next one who asks. */
  readonly idleLineMs?: number;
  /** What tells the time at the market; for worlds whose time does not go by as it does here. */
  readonly clock?: MarketClock;
}

const requestsPerSecond = 40;
const defaultLines = 90;
const defaultIdleLineMs = 60_000;

/**
 * The one owner of the IB connection and everything that is read over it. Nothing in it leads to the connection itself:
 * what can be asked, its desks ask, and what acts is inside `orders`.
 */
export interface Gateway {
  start(): void;
  /** Closes the connection; everything pending fails. */
  stop(): void;
  status(): GatewayStatus;
  /** Told whenever the status changes. @returns the function that ends it */
  onStatus(listener: (status: GatewayStatus) => void): () => void;
  /** What time it is at the market, epoch milliseconds: the gateway's clock, or this machine's until it is known. */
  serverTime(): number;
  /** Whether requests are served. */
  readonly ready: boolean;
  /** @throws ToolError `gateway_disconnected`, with what is wrong and the next step, unless requests are served. */
  assertReady(): void;
  /** Everything that waited for an answer was failed; subscriptions too, unless they were kept. @returns what ends it */
  onInterrupted(listener: (error: ToolErrorData, streamsKept: boolean) => void): () => void;
  /** Asks the gateway for its clock, which `serverTime` goes by from then on. */
  askTime(): void;
  readonly orders: OrderDesk;
  readonly contracts: ContractDesk;
  readonly options: OptionDesk;
  readonly accounts: AccountDesk;
  readonly advisors: AdvisorDesk;
  readonly optionCalculator: OptionCalculator;
  readonly quotes: QuoteDesk;
  readonly history: HistoryDesk;
  readonly sessions: PastSessions;
  readonly ticks: TickDesk;
  readonly executions: ExecutionDesk;
  readonly scanner: ScannerDesk;
  readonly news: NewsDesk;
  readonly calendar: CalendarDesk;
  readonly fundamentals: FundamentalDesk;
}

/** Makes the gateway connection; nothing is dialled before `start()`. */
export function createGateway(options: GatewayOptions, logger: GatewayLogger): Gateway {
  const { trading = 'read-only', clientId, marketDataLines = defaultLines, idleLineMs = defaultIdleLineMs } = options;
  const { clock = new MarketClock() } = options;
  const supervisor = new Supervisor(
    { ...connectionTimes, requestsPerSecond, ...options, mayAct: mayAct(trading) },
    logger,
    clock,
  );
  const connection = dataConnection(supervisor);
  const contracts = new ContractDesk(connection);
  const gate = new HistoryGate();
  const history = new HistoryDesk(connection, gate);
  return {
    start: () => supervisor.start(),
    stop: () => supervisor.stop(),
    status: () => supervisor.status(),
    onStatus: (listener) => supervisor.onStatus(listener),
    serverTime: () => supervisor.serverTime(),
    get ready() {
      return supervisor.ready;
    },
    assertReady: () => supervisor.assertReady(),
    onInterrupted: (listener) => supervisor.onInterrupted(listener),
    askTime: () => supervisor.askTime(),
    orders: new OrderDesk(supervisor, { trading, clientId }, logger),
    contracts,
    options: new OptionDesk(connection, contracts),
    accounts: new AccountDesk(connection),
    advisors: new AdvisorDesk(connection),
    optionCalculator: new OptionCalculator(connection),
    quotes: new QuoteDesk(connection, marketDataLines, idleLineMs),
    history,
    sessions: new PastSessions(history, () => supervisor.serverTime()),
    ticks: new TickDesk(connection, gate),
    executions: new ExecutionDesk(connection),
    scanner: new ScannerDesk(connection),
    news: new NewsDesk(connection),
    calendar: new CalendarDesk(connection),
    fundamentals: new FundamentalDesk(connection),
  };
}

export { accountKind } from './accounts/accounts.ts';
export type { GatewayLogger } from './connection/link.ts';
export type { GatewayStatus } from './connection/session-view.ts';
