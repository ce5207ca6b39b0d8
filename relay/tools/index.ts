import { calculateOptionExecutor } from './calculate_option.ts';
import { findOptionContractExecutor } from './find_option_contract.ts';
import { getAccountSummaryExecutor } from './get_account_summary.ts';
import { getAdvisorConfigExecutor } from './get_advisor_config.ts';
import { getArticleExecutor } from './get_article.ts';
import { getCalendarEventsExecutor } from './get_calendar_events.ts';
import { getContractDetailsExecutor } from './get_contract_details.ts';
import { getExecutionsExecutor } from './get_executions.ts';
import { getFlexReportExecutor } from './get_flex_report.ts';
import { getFundamentalsExecutor } from './get_fundamentals.ts';
import { getHistoricalBarsExecutor } from './get_historical_bars.ts';
import { getHistoricalTicksExecutor } from './get_historical_ticks.ts';
import { getMarketDepthExecutor } from './get_market_depth.ts';
import { getMarketRulesExecutor } from './get_market_rules.ts';
import { getNewsExecutor } from './get_news.ts';
import { getOptionChainExecutor } from './get_option_chain.ts';
import { getPerformanceExecutor } from './get_performance.ts';
import { getPortfolioSummaryExecutor } from './get_portfolio_summary.ts';
import { getPositionsExecutor } from './get_positions.ts';
import { getPriceHistogramExecutor } from './get_price_histogram.ts';
import { getQuotesExecutor } from './get_quotes.ts';
import { getScannerParametersExecutor } from './get_scanner_parameters.ts';
import { getStatusExecutor, relayStatus } from './get_status.ts';
import { getTradingScheduleExecutor } from './get_trading_schedule.ts';
import { listAccountsExecutor } from './list_accounts.ts';
import { scanMarketExecutor } from './scan_market.ts';
import { searchContractsExecutor } from './search_contracts.ts';
import { streamQuotesExecutor } from './stream_quotes.ts';
import { resolveContractsExecutor } from './support/resolve-contracts.ts';
import type { ToolExecutor } from './support/tool.ts';

/** Everything that this relay can be asked for, by name: the tools, and what Home needs for its own. */
export const executors: ReadonlyMap<string, ToolExecutor> = new Map(
  [
    getStatusExecutor,
    listAccountsExecutor,
    getAccountSummaryExecutor,
    getPositionsExecutor,
    getPortfolioSummaryExecutor,
    getExecutionsExecutor,
    getPerformanceExecutor,
    getFlexReportExecutor,
    getAdvisorConfigExecutor,
    searchContractsExecutor,
    getContractDetailsExecutor,
    getMarketRulesExecutor,
    getTradingScheduleExecutor,
    getQuotesExecutor,
    streamQuotesExecutor,
    getHistoricalBarsExecutor,
    getHistoricalTicksExecutor,
    getMarketDepthExecutor,
    getPriceHistogramExecutor,
    getOptionChainExecutor,
    findOptionContractExecutor,
    calculateOptionExecutor,
    scanMarketExecutor,
    getScannerParametersExecutor,
    getNewsExecutor,
    getArticleExecutor,
    getFundamentalsExecutor,
    getCalendarEventsExecutor,
    resolveContractsExecutor,
  ].map((executor) => [executor.name, executor]),
);

export { relayStatus };
