import type { ContractDetails } from '@stoqey/ib';
import type { Instrument } from '../../relay/gateway/contracts/instrument.ts';

/** What of an instrument a test says; the rest is that of a share. */
export interface InstrumentChanges extends Partial<Omit<Instrument, 'contract' | 'details'>> {
  readonly contract?: object;
  /** Its details but for the contract in them. */
  readonly details?: Partial<ContractDetails> | object;
  /** The contract in its details. */
  readonly named?: object;
}

/** An instrument as the gateway would have named it. */
export function instrumentOf({ contract, details, named, ...rest }: InstrumentChanges = {}): Instrument {
  const { conId = 1, secType = 'STK', currency = 'USD' } = rest;
  return {
    ...{ conId, name: 'X', secType, currency, marketZone: 'America/New_York', zone: 'America/New_York' },
    contract: { conId, exchange: 'SMART', ...contract },
    details: { contract: { conId, symbol: 'X', secType, currency, ...named }, ...details },
    ...rest,
  } as Instrument;
}
