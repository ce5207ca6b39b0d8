import { type ContractDetails, EventName } from '@stoqey/ib';
import type { Wire } from './wire.ts';

/**
 * The date of a future comes with a time and a zone (`20261218 08:30:00 US/Central`, or the operator's zone, in which the
 * day may be another one), which the library leaves in the date, or in UTC (`20261218-14:30:00`), which it parts. Newer
 * gateways give the date alone as well. No request may carry the long form; `lastTradeTime` keeps it.
 */
function withPlainDate(details: ContractDetails): ContractDetails {
  const { contract, lastTradeTime } = details;
  const said = contract.lastTradeDateOrContractMonth ?? '';
  const moment = said.length <= 8 && lastTradeTime ? `${said}-${lastTradeTime}` : said;
  const date = [contract.lastTradeDate ?? '', said.slice(0, 8)].find((text) => /^\d{8}$/.test(text));
  if (moment.length <= 8 || !date) return details;
  return { ...details, lastTradeTime: moment, contract: { ...contract, lastTradeDateOrContractMonth: date } };
}

export function subscribeContractEvents({ ib, guarded, answer, broadcast }: Wire): void {
  ib.on(
    EventName.contractDetails,
    guarded((id: number, details: ContractDetails) =>
      answer(id, { type: 'contract', details: withPlainDate(details) }),
    ),
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
