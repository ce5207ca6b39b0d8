import { EventName } from '@stoqey/ib';
import type { Wire } from './wire.ts';

export function subscribeAccountEvents({ ib, guarded, answer, broadcast }: Wire): void {
  ib.on(
    EventName.accountSummary,
    guarded((id, account, tag, value, currency) => answer(id, { type: 'summary', account, tag, value, currency })),
  );
  ib.on(
    EventName.accountSummaryEnd,
    guarded((id: number) => answer(id, { type: 'summary-end' })),
  );
  ib.on(
    EventName.positionMulti,
    guarded((id, account, model, contract, quantity, averageCost) =>
      answer(id, { type: 'model-position', account, model, contract, quantity, averageCost }),
    ),
  );
  ib.on(
    EventName.positionMultiEnd,
    guarded((id: number) => answer(id, { type: 'model-positions-end' })),
  );
  ib.on(
    EventName.accountUpdateMulti,
    guarded((id, account, model, tag, value, currency) =>
      answer(id, { type: 'account-update', account, model, tag, value, currency }),
    ),
  );
  ib.on(
    EventName.accountUpdateMultiEnd,
    // The library reads this id as text.
    guarded((id: number | string) => answer(Number(id), { type: 'account-updates-end' })),
  );
  ib.on(
    EventName.pnl,
    guarded((id, daily, unrealized, realized) => answer(id, { type: 'pnl', daily, unrealized, realized })),
  );
  ib.on(
    EventName.pnlSingle,
    guarded((id, position, daily, unrealized, realized, value) =>
      answer(id, { type: 'pnl-single', position, daily, unrealized, realized, value }),
    ),
  );
  ib.on(
    EventName.position,
    guarded((account, contract, quantity, averageCost) =>
      broadcast({ type: 'position', account, contract, quantity, averageCost }),
    ),
  );
  ib.on(
    EventName.positionEnd,
    guarded(() => broadcast({ type: 'position-end' })),
  );
  ib.on(
    EventName.updatePortfolio,
    guarded((contract, quantity, marketPrice, marketValue, averageCost, unrealized, realized, account = '') =>
      broadcast({
        type: 'portfolio',
        account,
        contract,
        quantity,
        marketPrice,
        marketValue,
        averageCost,
        unrealized,
        realized,
      }),
    ),
  );
  ib.on(
    EventName.updateAccountValue,
    guarded((tag, value, currency, account) => broadcast({ type: 'account-value', account, tag, value, currency })),
  );
  ib.on(
    EventName.accountDownloadEnd,
    guarded((account: string) => broadcast({ type: 'account-download-end', account })),
  );
  ib.on(
    EventName.receiveFA,
    guarded((kind, xml) => broadcast({ type: 'advisor-config', kind, xml })),
  );
  ib.on(
    EventName.familyCodes,
    guarded((codes) => broadcast({ type: 'family-codes', codes })),
  );
  ib.on(
    EventName.softDollarTiers,
    guarded((id, tiers) => answer(id, { type: 'soft-dollar-tiers', tiers })),
  );
}
