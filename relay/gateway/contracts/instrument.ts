import type { Contract, ContractDetails } from '@stoqey/ib';

/** One instrument, found at IB, or a combination of some. */
export interface Instrument {
  /** 0 for a combination, which has none. */
  readonly conId: number;
  /** The canonical contract string; it names the exchange where one was asked for that is not its own. */
  readonly name: string;
  readonly secType: string;
  readonly currency: string;
  /** What to send in requests: conId and the exchange to route to; for live data see `liveContract`. */
  readonly contract: Contract;
  readonly details: ContractDetails;
  /** IANA zone of its exchange; UTC when IB names none. */
  readonly zone: string;
}
