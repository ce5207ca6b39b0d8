import { monotonicNow } from '../../async/monotonic.ts';
import type { DataConnection } from '../connection/data-connection.ts';
import type { RequestSpec } from '../connection/requests.ts';
import { orNone } from '../history/history-asking.ts';
import { known } from '../numbers.ts';
import type { AccountValues } from './account-values.ts';
import { assertReady, type GrowingValues, setAccountValue } from './account-values.ts';
import type { Position } from './position.ts';

const answerDeadlineMs = 10_000;
const namesFreshMs = 60_000;
/** IB cannot validate the request: the account has nothing in such a model. */
const notValid = 321;

/** Values of another model, or of none, are never taken for those of the model that was asked for. */
const isSame = (model: string, asked: string): boolean => model.toUpperCase() === asked.toUpperCase();

/** A position that an account holds in a model portfolio, or in none: then the model is empty. */
export interface ModelPosition extends Position {
  readonly model: string;
}

/** Reads what accounts have in the model portfolios of their advisor. */
export class ModelDesk {
  readonly #connection: Pick<DataConnection, 'onInterrupted' | 'request'>;
  readonly #known = new Map<string, { readonly at: number; readonly names: readonly string[] }>();

  constructor(connection: Pick<DataConnection, 'onInterrupted' | 'request'>) {
    this.#connection = connection;
    connection.onInterrupted(() => this.#known.clear());
  }

  /** An account's positions in a model; none when it has nothing there, or IB knows no such model. */
  async positions(account: string, model: string, signal?: AbortSignal): Promise<readonly ModelPosition[]> {
    const rows = await this.#read(account, model, signal);
    return rows.filter((row) => isSame(row.model, model));
  }

  /** The models in which an account holds positions, as far as IB divides them; as of a minute ago at most. */
  async names(account: string, signal?: AbortSignal): Promise<readonly string[]> {
    const before = this.#known.get(account);
    if (before && monotonicNow() - before.at < namesFreshMs) return before.names;
    const rows = await this.#read(account, '', signal);
    const names = [...new Set(rows.map(({ model }) => model))].filter((name) => name !== '').sort();
    this.#known.set(account, { at: monotonicNow(), names });
    return names;
  }

  /** An account's values in a model; empty when it has nothing there, or IB knows no such model. */
  async values(account: string, model: string, signal?: AbortSignal): Promise<AccountValues> {
    const values: GrowingValues = new Map();
    const told = await this.#connection.request<AccountValues>(
      {
        what: `values of ${account} in ${model}`,
        lane: 'interactive',
        deadlineMs: answerDeadlineMs,
        cancelWhenDone: true,
        send: (link, reqId) => link.call('reqAccountUpdatesMulti', reqId, account, model, false),
        cancel: (link, reqId) => link.call('cancelAccountUpdatesMulti', reqId),
        onAnswer: (answer, finish) => {
          if (answer.type === 'account-updates-end') finish(values);
          if (answer.type !== 'account-update' || answer.account !== account || !isSame(answer.model, model)) return;
          setAccountValue(values, answer);
        },
        onError: orNothing<AccountValues>(new Map()),
      },
      signal,
    );
    assertReady(account, told);
    return told;
  }

  #read(account: string, model: string, signal?: AbortSignal): Promise<readonly ModelPosition[]> {
    const rows: ModelPosition[] = [];
    return this.#connection.request<readonly ModelPosition[]>(
      {
        what: `positions of ${account} by model`,
        // Which models there are is asked of every account: that must not hold up what others wait for.
        lane: model === '' ? 'bulk' : 'interactive',
        deadlineMs: answerDeadlineMs,
        cancelWhenDone: true,
        send: (link, reqId) => link.call('reqPositionsMulti', reqId, account, model),
        cancel: (link, reqId) => link.call('cancelPositionsMulti', reqId),
        onAnswer: (answer, finish) => {
          if (answer.type === 'model-positions-end') finish(rows);
          if (answer.type !== 'model-position' || answer.account !== account || answer.quantity === 0) return;
          const { contract, quantity } = answer;
          rows.push({ account, contract, quantity, averageCost: known(answer.averageCost), model: answer.model });
        },
        onError: orNothing([]),
      },
      signal,
    );
  }
}

/** Finishes with `nothing` when IB knows no such model of the account; all other refusals fail the request. */
function orNothing<Result>(nothing: Result): NonNullable<RequestSpec<Result>['onError']> {
  const others = orNone(nothing);
  return (code, text, finish) => (code === notValid ? finish(nothing) : others(code, text, finish));
}
