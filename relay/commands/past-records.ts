import type { Contract } from '@stoqey/ib';
import type { Execution, Simulator } from '../../simulator/index.ts';
import type { ExecutionReport } from '../gateway/accounts/executions.ts';
import { openRecords } from '../performance/records.ts';
import { settledAt, tradingDateAt } from '../performance/trading-date.ts';

/** Writes into a relay's data folder what it would have kept of a simulated gateway's past, had it run all the time. */
export function keepPast(dataDir: string, { world }: Simulator): void {
  const records = openRecords(dataDir, { tokens: [], baseUrl: '' });
  try {
    const { opened, days } = world.book.past();
    const now = world.now();
    const accounts = world.accounts.map(({ id }) => id);
    records.fills().record(world.pastExecutions.map(reportOf), now);
    records.fills().watched(accounts, { from: world.zone.instant(opened, 0), to: now });
    records.performance().record(
      days.flatMap(({ day, account, valuation }) => {
        const date = tradingDateAt(world.zone.instant(day, 12 * 60));
        // Weekends belong to their Friday, which has been kept.
        if (world.zone.day(settledAt(date)) !== day) return [];
        const { baseCurrency: currency } = valuation.account;
        return [{ account, date, nav: valuation.base.netLiquidation.toNumber(), currency, at: settledAt(date) }];
      }),
    );
  } finally {
    records.close();
  }
}

function reportOf(execution: Execution): ExecutionReport {
  const { execId, account, instrument, time, side, quantity, price, exchange, permId } = execution;
  const { commission, commissionCurrency, realizedPnl } = execution;
  const { conId, symbol, secType, currency, localSymbol, tradingClass, expiry, strike, right, multiplier } = instrument;
  return {
    execId,
    account,
    contract: {
      ...{ conId, symbol, currency, localSymbol, tradingClass, exchange },
      secType: (execution.isComboSummary ? 'BAG' : secType) as Contract['secType'],
      ...{ lastTradeDateOrContractMonth: expiry, strike, right, multiplier },
    } as Contract,
    time,
    timeText: '',
    side,
    quantity: quantity.toNumber(),
    price,
    exchange,
    permId,
    orderRef: undefined,
    commission: commission.toNumber(),
    commissionCurrency,
    realizedPnl: realizedPnl?.toNumber(),
  };
}
