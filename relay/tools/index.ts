import { findOptionContractExecutor } from './find_option_contract.ts';
import { getAccountSummaryExecutor } from './get_account_summary.ts';
import { getContractDetailsExecutor } from './get_contract_details.ts';
import { getHistoricalBarsExecutor } from './get_historical_bars.ts';
import { getOptionChainExecutor } from './get_option_chain.ts';
import { getPositionsExecutor } from './get_positions.ts';
import { getQuotesExecutor } from './get_quotes.ts';
import { getStatusExecutor, relayStatus } from './get_status.ts';
import { getTradingScheduleExecutor } from './get_trading_schedule.ts';
import { listAccountsExecutor } from './list_accounts.ts';
import { searchContractsExecutor } from './search_contracts.ts';
import type { ToolExecutor } from './tool.ts';

/** Every tool that this relay can execute, by name. */
export const executors: ReadonlyMap<string, ToolExecutor> = new Map(
  [
    getStatusExecutor,
    listAccountsExecutor,
    getAccountSummaryExecutor,
    getPositionsExecutor,
    searchContractsExecutor,
    getContractDetailsExecutor,
    getTradingScheduleExecutor,
    getQuotesExecutor,
    getHistoricalBarsExecutor,
    getOptionChainExecutor,
    findOptionContractExecutor,
  ].map((executor) => [executor.name, executor]),
);

export { relayStatus };
