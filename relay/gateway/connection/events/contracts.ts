import { type ContractDetails, EventName } from '@stoqey/ib';
import type { Wire } from './wire.ts';

export function subscribeContractEvents({ ib, guarded, answer, broadcast }: Wire): void {
  ib.on(
    EventName.contractDetails,
    guarded((id: number, details: ContractDetails) => answer(id, { type: 'contract', details })),
  );
  ib.on(
    EventName.bondContractDetails,
    // The library's declaration says Contract, its decoder gives ContractDetails.
    guarded((id: number, details: unknown) => answer(id, { type: 'contract', details: details as ContractDetails })),
  );
  ib.on(
    EventName.contractDetailsEnd,
    guarded((id: number) => answer(id, { type: 'contract-end' })),
  );
  ib.on(
    EventName.symbolSamples,
    guarded((id, matches) => answer(id, { type: 'symbols', matches })),
  );
  ib.on(
    EventName.securityDefinitionOptionParameter,
    guarded((id, exchange, underlyingConId, tradingClass, multiplier, expirations, strikes) =>
      answer(id, {
        type: 'option-parameters',
        exchange,
        underlyingConId,
        tradingClass,
        multiplier: Number(multiplier),
        expirations,
        strikes,
      }),
    ),
  );
  ib.on(
    EventName.securityDefinitionOptionParameterEnd,
    guarded((id: number) => answer(id, { type: 'option-parameters-end' })),
  );
  ib.on(
    EventName.marketRule,
    guarded((id, increments) =>
      broadcast({ type: 'market-rule', id, increments: increments as { lowEdge: number; increment: number }[] }),
    ),
  );
}
