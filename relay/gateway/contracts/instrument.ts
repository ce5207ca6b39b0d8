import type { Contract, ContractDetails } from '@stoqey/ib';

/** One instrument, found at IB, or a combination of some. */
export interface Instrument {
  /** 0 for a combination, which has none. */
  readonly conId: number;
  /** The canonical contract string; it names the exchange where one was asked for that is not its own. */
  readonly name: string;
  readonly secType: string;
  /** Of a future that has expired: the contract string of the next one, where there is one. */
  readonly successor?: string;
  readonly currency: string;
  /** What to send in requests: conId and the exchange to route to; for live data see `liveContract`. */
  readonly contract: Contract;
  readonly details: ContractDetails;
  /** IANA zone that its hours are in, and times without an offset; undefined when it is unknown. */
  readonly marketZone: string | undefined;
  /** IANA zone to show times in: the market's, or UTC when that is unknown. */
  readonly zone: string;
  /** Of a combination: what it is made of. */
  readonly legs?: readonly Instrument[];
}
