import type { OrderState } from '@stoqey/ib';
import { ToolError } from '../../../shared/errors.ts';
import type { OrderFate } from '../../../shared/orders/codes.ts';
import type { OrderContract, OrderTerms } from '../../../shared/orders/order.ts';
import { rejectionOf } from '../../../shared/orders/rejections.ts';
import { abortError, timeoutError } from '../../async/abort.ts';
import type { ActingConnection } from '../connection/faces.ts';
import { known } from '../numbers.ts';
import { encodeWhatIf, isWhatIf } from './encode.ts';
import type { OrderOwner, OrderOwners } from './order-owners.ts';
import { isReadOnlyRefusal, type ReadOnlyApi, readOnlyApi } from './read-only-api.ts';

/** An order whose cost is asked for, under an id that was never used. */
export interface WhatIfQuestion {
  readonly orderId: number;
  readonly contract: OrderContract;
  readonly terms: OrderTerms;
  readonly serverVersion: number;
}

/** What IB says that an order would cost. Margins and equity are in the account's base currency. */
export interface WhatIf {
  readonly commission?: number | undefined;
  readonly commissionMin?: number | undefined;
  readonly commissionMax?: number | undefined;
  readonly commissionCurrency?: string | undefined;
  readonly initialMarginBefore?: number | undefined;
  readonly initialMarginAfter?: number | undefined;
  readonly initialMarginChange?: number | undefined;
  readonly maintenanceMarginBefore?: number | undefined;
  readonly maintenanceMarginAfter?: number | undefined;
  readonly equityBefore?: number | undefined;
  readonly equityAfter?: number | undefined;
  readonly warning?: string | undefined;
}

/** IB gave no figures, for a reason of its own. */
export class WhatIfRefused extends ToolError {
  readonly orderCode: number;
  /** What the code would do to the order itself. */
  readonly fate: OrderFate;
  readonly text: string;

  constructor(code: number, fate: OrderFate, text: string) {
    const readOnly = isReadOnlyRefusal(code, text);
    const usual = rejectionOf(text);
    super({
      code: readOnly ? 'trading_unavailable' : 'ib_error',
      message: readOnly ? readOnlyApi.message : `The order would be rejected: ${text}${usual ? ` ${usual.why}` : ''}`,
      nextStep: readOnly
        ? readOnlyApi.nextStep
        : (usual?.nextStep ?? 'Change what IB’s words name, and preview it again.'),
      ibCode: code,
    });
    this.orderCode = code;
    this.fate = fate;
    this.text = text;
  }
}

/** Notices that come beside the figures. */
const goesOn = new Set(['alive', 'notice']);

/**
 * Asks IB what an order would cost. What leaves from here has the flag of a what-if, whatever came in: there is no way
 * to a real order through it. IB answers with an openOrder under the id that is given, at first perhaps one without
 * figures, and nothing remains of it.
 */
export class WhatIfDesk {
  readonly #acting: Pick<ActingConnection, 'act'>;
  readonly #owners: Pick<OrderOwners, 'own'>;
  readonly #readOnly: Pick<ReadOnlyApi, 'clear' | 'onRefusal'>;

  constructor(
    acting: Pick<ActingConnection, 'act'>,
    owners: Pick<OrderOwners, 'own'>,
    readOnly: Pick<ReadOnlyApi, 'clear' | 'onRefusal'>,
  ) {
    this.#acting = acting;
    this.#owners = owners;
    this.#readOnly = readOnly;
  }

  /**
   * @throws WhatIfRefused; ToolError `invalid_arguments` for what cannot be encoded, `gateway_timeout` when no figures
   * come, and the connection's own
   */
  async ask(question: WhatIfQuestion, deadlineMs: number, signal?: AbortSignal): Promise<WhatIf> {
    if (signal?.aborted) throw abortError(signal);
    const { orderId, contract, terms, serverVersion } = question;
    const message = encodeWhatIf({ orderId, contract, terms }, serverVersion);
    if (!isWhatIf(message)) throw new Error('A what-if without its flag.');
    const end: (() => void)[] = [];
    try {
      return await new Promise<WhatIf>((resolve, reject) => {
        const hear: OrderOwner = (heard) => {
          if (heard.type === 'open-order' && heard.order.whatIf) {
            this.#readOnly.clear();
            const figures = figuresOf(heard.state);
            // IB sends the same once more when it has computed; a commission may never come.
            if (figures.initialMarginChange !== undefined) resolve(figures);
          }
          if (heard.type === 'order-error' && !goesOn.has(heard.fate)) {
            reject(new WhatIfRefused(heard.code, heard.fate, plain(heard.text)));
          }
        };
        end.push(this.#owners.own(orderId, hear));
        // It may refuse without saying what.
        end.push(this.#readOnly.onRefusal((text) => reject(new WhatIfRefused(321, 'refused', plain(text)))));
        const timer = setTimeout(() => reject(timeoutError('what-if of an order', deadlineMs)), deadlineMs);
        const leave = () => reject(abortError(signal));
        signal?.addEventListener('abort', leave, { once: true });
        end.push(
          () => clearTimeout(timer),
          () => signal?.removeEventListener('abort', leave),
        );
        this.#acting.act([message], signal).catch(reject);
      });
    } finally {
      for (const step of end) step();
    }
  }
}

function figuresOf(state: OrderState): WhatIf {
  return {
    commission: known(state.commission),
    commissionMin: known(state.minCommission),
    commissionMax: known(state.maxCommission),
    commissionCurrency: state.commissionCurrency || undefined,
    initialMarginBefore: known(state.initMarginBefore),
    initialMarginAfter: known(state.initMarginAfter),
    initialMarginChange: known(state.initMarginChange),
    maintenanceMarginBefore: known(state.maintMarginBefore),
    maintenanceMarginAfter: known(state.maintMarginAfter),
    equityBefore: known(state.equityWithLoanBefore),
    equityAfter: known(state.equityWithLoanAfter),
    warning: state.warningText ? plain(state.warningText) : undefined,
  };
}

/** IB's words on one line, without markup. */
function plain(text: string): string {
  return text
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 800);
}
