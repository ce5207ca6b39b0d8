import type { ToolErrorData } from '../../../shared/errors.ts';
import { abortError } from '../../async/abort.ts';
import { Coalescer } from '../../async/coalesce.ts';
import { monotonicNow } from '../../async/monotonic.ts';
import type { DataConnection } from '../connection/data-connection.ts';
import { summaryRequestId } from '../connection/requests.ts';
import { SharedSubscription } from '../connection/shared-subscription.ts';
import { known } from '../numbers.ts';
import type { AccountValues } from './account-values.ts';
import { assertReady, childMap, type GrowingValues, resetting, setAccountValue } from './account-values.ts';
import { ModelDesk } from './model-portfolios.ts';
import type { Position } from './position.ts';

/** IB counts summary subscriptions by id (322 after two), so there is one, with one id, for the connection's life. */
const answerDeadlineMs = 10_000;
const pnlDeadlineMs = 3_000;
const idleMs = 60_000;
/** With more accounts than these IB has no summary of all. */
const mostSummarised = 50;
const windowFreshMs = 10_000;

const summaryTags = [
  'AccountType',
  'NetLiquidation',
  'TotalCashValue',
  'SettledCash',
  'AccruedCash',
  'BuyingPower',
  'EquityWithLoanValue',
  'GrossPositionValue',
  'InitMarginReq',
  'MaintMarginReq',
  'AvailableFunds',
  'ExcessLiquidity',
  'Cushion',
  'DayTradesRemaining',
  'Leverage',
  '$LEDGER:ALL',
].join(',');

export interface AccountSummaries {
  readonly accounts: Map<string, GrowingValues>;
  /** When IB last sent any of it, epoch milliseconds by the market's clock. */
  updatedAt: number;
}

/** How IB values a position in its account window. */
export interface PortfolioItem {
  readonly marketPrice: number | undefined;
  readonly marketValue: number | undefined;
  readonly unrealized: number | undefined;
  readonly realized: number | undefined;
}

/** One account as IB's account window shows it: its values and its positions, of one moment. */
export interface AccountWindow {
  readonly values: AccountValues;
  /** By conId. */
  readonly items: ReadonlyMap<number, PortfolioItem>;
}

export interface Pnl {
  daily?: number;
  unrealized?: number;
  realized?: number;
  /** Market value, for a single position. */
  value?: number;
}

interface PnlSubject {
  readonly account: string;
  /** The whole account when undefined. */
  readonly conId: number | undefined;
  /** Everything when empty. */
  readonly model: string;
}

interface FeedEnds {
  readonly complete: () => void;
  readonly fail: (error: ToolErrorData) => void;
}

/** Account data, each kind over one shared subscription. */
export class AccountDesk {
  /** The parts of accounts that are in model portfolios. */
  readonly models: ModelDesk;
  readonly #connection: DataConnection;
  readonly #summaryFeed: SharedSubscription<AccountSummaries>;
  readonly #positionFeed: SharedSubscription<Map<string, Position>>;
  readonly #pnlFeeds = new Map<string, SharedSubscription<Pnl>>();
  readonly #windows = new Map<string, { at: number; window: AccountWindow }>();
  readonly #windowReads = new Coalescer<AccountWindow>();
  #windowTurn: Promise<unknown> = Promise.resolve();

  constructor(connection: DataConnection) {
    this.#connection = connection;
    this.models = new ModelDesk(connection);
    this.#summaryFeed = this.#makeSummaryFeed();
    this.#positionFeed = this.#makePositionFeed();
    connection.onInterrupted(() => this.#windows.clear());
  }

  /** Every account's summary and ledger. IB refreshes them every three minutes. @throws ToolError also `no_data` */
  async summaries(signal?: AbortSignal): Promise<AccountSummaries> {
    const summaries = await this.#summaryFeed.read(signal);
    for (const [account, values] of summaries.accounts) assertReady(account, values);
    return summaries;
  }

  /** All positions of all accounts, live. */
  async positions(signal?: AbortSignal): Promise<Position[]> {
    return [...(await this.#positionFeed.read(signal)).values()];
  }

  /** IB's valuation of one account's positions by conId, at most ten seconds old. */
  async portfolio(account: string, signal?: AbortSignal): Promise<ReadonlyMap<number, PortfolioItem>> {
    return (await this.window(account, signal)).items;
  }

  /**
   * One account's values and the valuation of its positions, of one moment at most ten seconds ago. IB allows one such
   * subscription at a time, so accounts take turns.
   */
  async window(account: string, signal?: AbortSignal): Promise<AccountWindow> {
    const cached = this.#windows.get(account);
    if (cached && monotonicNow() - cached.at < windowFreshMs) return cached.window;
    return this.#windowReads.run(
      account,
      (shared) => {
        const turn = this.#windowTurn.then(() => this.#downloadWindow(account, shared));
        this.#windowTurn = turn.catch(() => undefined);
        return turn;
      },
      signal,
    );
  }

  /** Profit and loss of an account or of one of its positions, or of a model's part; what IB does not tell in time is absent. */
  async pnl(account: string, conId?: number, signal?: AbortSignal, model = ''): Promise<Pnl> {
    // A feed is forgotten after its last reader, so it is made for one that can read.
    this.#connection.assertReady();
    if (signal?.aborted) throw abortError(signal);
    const key = `${account} ${conId ?? ''} ${model}`;
    const feed =
      this.#pnlFeeds.get(key) ?? this.#makePnlFeed({ account, conId, model }, () => this.#pnlFeeds.delete(key));
    this.#pnlFeeds.set(key, feed);
    return feed.read(signal);
  }

  #makeSummaryFeed(): SharedSubscription<AccountSummaries> {
    return new SharedSubscription<AccountSummaries>(this.#connection, {
      what: 'account summary',
      initial: () => ({ accounts: new Map(), updatedAt: this.#connection.serverTime() }),
      deadlineMs: answerDeadlineMs,
      open: (state, complete, fail) => {
        const { accounts } = this.#connection.status();
        const ends = { complete, fail };
        return accounts.length > mostSummarised
          ? this.#openValuesOfEach(accounts, state, ends)
          : this.#openSummaryOfAll(state, ends);
      },
    });
  }

  #openSummaryOfAll(state: AccountSummaries, { complete, fail }: FeedEnds): Promise<() => void> {
    return this.#connection.openStream({
      lane: 'interactive',
      reqId: summaryRequestId,
      send: (link, reqId) => link.call('reqAccountSummary', reqId, 'All', summaryTags),
      cancel: (link, reqId) => link.call('cancelAccountSummary', reqId),
      onError: fail,
      onAnswer: (answer) => {
        if (answer.type === 'summary-end') complete();
        if (answer.type === 'summary') this.#note(state, answer);
      },
    });
  }

  /** The same values by other requests, one for each account. */
  async #openValuesOfEach(
    accounts: readonly string[],
    state: AccountSummaries,
    { complete, fail }: FeedEnds,
  ): Promise<() => void> {
    const left = new Set(accounts);
    const close = () => {
      for (const one of opened) one.then((end) => end()).catch(() => undefined);
    };
    const giveUp = (error: ToolErrorData) => {
      fail(error);
      // What has been whole stays open: IB says there when its values are right again.
      if (left.size > 0) close();
    };
    const opened = accounts.map((account) =>
      this.#connection.openStream({
        lane: 'bulk',
        send: (link, reqId) => link.call('reqAccountUpdatesMulti', reqId, account, '', false),
        cancel: (link, reqId) => link.call('cancelAccountUpdatesMulti', reqId),
        onError: giveUp,
        onAnswer: (answer) => {
          if (answer.type === 'account-update' && answer.account === account && answer.model === '') {
            this.#note(state, answer);
          }
          if (answer.type !== 'account-updates-end') return;
          const error = resetting(account, state.accounts.get(account) ?? new Map());
          if (error) giveUp(error);
          else if (left.delete(account) && left.size === 0) complete();
        },
      }),
    );
    await Promise.all(opened).catch((error: unknown) => {
      close();
      throw error;
    });
    return close;
  }

  #note(state: AccountSummaries, told: Record<'account' | 'tag' | 'currency' | 'value', string>): void {
    state.updatedAt = this.#connection.serverTime();
    setAccountValue(childMap(state.accounts, told.account), told);
  }

  #makePositionFeed(): SharedSubscription<Map<string, Position>> {
    const connection = this.#connection;
    return new SharedSubscription<Map<string, Position>>(connection, {
      what: 'positions',
      initial: () => new Map(),
      deadlineMs: answerDeadlineMs,
      lingerMs: idleMs,
      open: async (state, complete) => {
        const stop = connection.onBroadcast((message) => {
          if (message.type === 'position-end') complete();
          if (message.type !== 'position') return;
          const { account, contract, quantity } = message;
          const key = `${account} ${contract.conId}`;
          // What was read before a trade does not add up with what is held after it.
          if (state.get(key)?.quantity !== quantity) this.#windows.delete(account);
          if (quantity === 0) state.delete(key);
          else state.set(key, { account, contract, quantity, averageCost: known(message.averageCost) });
        });
        try {
          await connection.send('interactive', (link) => link.call('reqPositions'));
        } catch (error) {
          stop();
          throw error;
        }
        return () => {
          stop();
          connection.sendSoon((link) => link.call('cancelPositions'));
        };
      },
    });
  }

  #makePnlFeed({ account, conId, model }: PnlSubject, onReleased: () => void): SharedSubscription<Pnl> {
    return new SharedSubscription<Pnl>(this.#connection, {
      what: `profit and loss of ${account}`,
      initial: () => ({}),
      deadlineMs: pnlDeadlineMs,
      partial: true,
      lingerMs: idleMs,
      onReleased,
      open: (state, complete, fail) =>
        this.#connection.openStream({
          // One per position: these must not hold up what others wait for.
          lane: conId === undefined ? 'interactive' : 'bulk',
          send: (link, reqId) =>
            conId === undefined
              ? link.call('reqPnL', reqId, account, model)
              : link.call('reqPnLSingle', reqId, account, model, conId),
          cancel: (link, reqId) => link.call(conId === undefined ? 'cancelPnL' : 'cancelPnLSingle', reqId),
          onError: fail,
          onAnswer: (answer) => {
            if (answer.type !== 'pnl' && answer.type !== 'pnl-single') return;
            state.daily = known(answer.daily);
            state.unrealized = known(answer.unrealized);
            state.realized = known(answer.realized);
            if (answer.type === 'pnl-single') state.value = known(answer.value);
            // IB sends unset values until it has computed them.
            if (state.daily !== undefined || state.unrealized !== undefined) complete();
          },
        }),
    });
  }

  async #downloadWindow(account: string, signal: AbortSignal): Promise<AccountWindow> {
    const values: GrowingValues = new Map();
    const items = new Map<number, PortfolioItem>();
    await this.#connection.ask<void>(
      {
        what: `portfolio of ${account}`,
        lane: 'interactive',
        deadlineMs: answerDeadlineMs,
        send: (link) => link.call('reqAccountUpdates', true, account),
        cancel: (link) => link.call('reqAccountUpdates', false, account),
        onBroadcast: (message, finish) => {
          if (message.type === 'account-download-end' && message.account === account) finish();
          if (message.type === 'account-value' && message.account === account) setAccountValue(values, message);
          if (message.type !== 'portfolio' || message.account !== account) return;
          items.set(message.contract.conId ?? 0, {
            marketPrice: known(message.marketPrice),
            marketValue: known(message.marketValue),
            unrealized: known(message.unrealized),
            realized: known(message.realized),
          });
        },
      },
      signal,
    );
    assertReady(account, values);
    const window = { values, items };
    this.#windows.set(account, { at: monotonicNow(), window });
    return window;
  }
}

/** Whether an account is a paper account: IB's paper accounts, and only they, begin with D. */
export function accountKind(account: string): 'paper' | 'live' {
  return account.startsWith('D') ? 'paper' : 'live';
}
