import { ToolError } from '../../../shared/errors.ts';
import type { DataConnection } from '../connection/data-connection.ts';
import type { DataLink } from '../connection/faces.ts';
import type { Instrument } from '../contracts/instrument.ts';
import { known } from '../numbers.ts';

const answerDeadlineMs = 10_000;

/** An option's price with what goes with it; theta per day, vega per percentage point of volatility. */
export interface OptionComputation {
  readonly price: number;
  /** 0.25 is 25 %. */
  readonly iv: number;
  readonly delta?: number;
  readonly gamma?: number;
  readonly theta?: number;
  readonly vega?: number;
}

/** IB's own calculators for options. */
export class OptionCalculator {
  readonly #connection: Pick<DataConnection, 'request'>;

  constructor(connection: Pick<DataConnection, 'request'>) {
    this.#connection = connection;
  }

  /**
   * The volatility that explains a price, with the Greeks at it.
   * @throws ToolError `no_data` when no volatility does
   */
  async fromPrice(option: Instrument, price: number, underlying: number, signal?: AbortSignal) {
    return this.#compute(
      `implied volatility of ${option.name}`,
      (link, reqId) => link.call('calculateImpliedVolatility', reqId, option.contract, price, underlying),
      (link, reqId) => link.call('cancelCalculateImpliedVolatility', reqId),
      { price },
      signal,
    );
  }

  /** The price and the Greeks at a volatility. @throws ToolError `no_data` when IB cannot compute them */
  async fromVolatility(option: Instrument, iv: number, underlying: number, signal?: AbortSignal) {
    return this.#compute(
      `price of ${option.name}`,
      (link, reqId) => link.call('calculateOptionPrice', reqId, option.contract, iv, underlying),
      (link, reqId) => link.call('cancelCalculateOptionPrice', reqId),
      { iv },
      signal,
    );
  }

  #compute(
    what: string,
    send: (link: DataLink, reqId: number) => void,
    cancel: (link: DataLink, reqId: number) => void,
    given: { readonly price?: number; readonly iv?: number },
    signal?: AbortSignal,
  ): Promise<OptionComputation> {
    return this.#connection.request<OptionComputation>(
      {
        what,
        lane: 'interactive',
        deadlineMs: answerDeadlineMs,
        send,
        cancel,
        cancelWhenDone: true,
        onAnswer: (answer, finish) => {
          if (answer.type !== 'option-tick') return;
          const { delta, gamma, theta, vega } = answer;
          const price = given.price ?? known(answer.price);
          const iv = given.iv ?? known(answer.iv);
          if (price === undefined || iv === undefined || iv <= 0) throw incomputable(what);
          finish({ price, iv, delta: known(delta), gamma: known(gamma), theta: known(theta), vega: known(vega) });
        },
      },
      signal,
    );
  }
}

function incomputable(what: string): ToolError {
  return new ToolError({
    code: 'no_data',
    message: `IB cannot compute the ${what} from these values.`,
    nextStep: 'No volatility explains a price below the intrinsic value, or above the underlying; check both prices.',
  });
}
