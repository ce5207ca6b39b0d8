import { calculateOption } from './calculate_option.ts';
import { cancelAllOrders } from './cancel_all_orders.ts';
import { cancelOrder } from './cancel_order.ts';
import { closePosition } from './close_position.ts';
import { confirmOrder } from './confirm_order.ts';
import { exerciseOption } from './exercise_option.ts';
import { findOptionContract } from './find_option_contract.ts';
import { getAccountSummary } from './get_account_summary.ts';
import { getAdvisorConfig } from './get_advisor_config.ts';
import { getArticle } from './get_article.ts';
import { getCalendarEvents } from './get_calendar_events.ts';
import { getContractDetails } from './get_contract_details.ts';
import { getExecutions } from './get_executions.ts';
import { getFlexReport } from './get_flex_report.ts';
import { getFundamentals } from './get_fundamentals.ts';
import { getHistoricalBars } from './get_historical_bars.ts';
import { getHistoricalTicks } from './get_historical_ticks.ts';
import { getMarketDepth } from './get_market_depth.ts';
import { getMarketRules } from './get_market_rules.ts';
import { getNews } from './get_news.ts';
import { getOptionChain } from './get_option_chain.ts';
import { getOrderStatus } from './get_order_status.ts';
import { getOrders } from './get_orders.ts';
import { getPerformance } from './get_performance.ts';
import { getPortfolioSummary } from './get_portfolio_summary.ts';
import { getPositions } from './get_positions.ts';
import { getPriceHistogram } from './get_price_histogram.ts';
import { getQuotes } from './get_quotes.ts';
import { getScannerParameters } from './get_scanner_parameters.ts';
import { getStatus } from './get_status.ts';
import { getTradingSchedule } from './get_trading_schedule.ts';
import { listAccounts } from './list_accounts.ts';
import { manageAlerts } from './manage_alerts.ts';
import { manageWatchlists } from './manage_watchlists.ts';
import { modifyOrder } from './modify_order.ts';
import { placeOrder } from './place_order.ts';
import { previewOrder } from './preview_order.ts';
import { scanMarket } from './scan_market.ts';
import { searchContracts } from './search_contracts.ts';
import { streamQuotes } from './stream_quotes.ts';
import type { ToolDefinition } from './support/define.ts';

/** Every tool, in the order in which `tools/list` shows them. */
export const tools = [
  getStatus,
  listAccounts,
  getAccountSummary,
  getPositions,
  getPortfolioSummary,
  getExecutions,
  getPerformance,
  getFlexReport,
  getAdvisorConfig,
  searchContracts,
  getContractDetails,
  getMarketRules,
  getTradingSchedule,
  getQuotes,
  streamQuotes,
  getHistoricalBars,
  getHistoricalTicks,
  getMarketDepth,
  getPriceHistogram,
  getOptionChain,
  findOptionContract,
  calculateOption,
  scanMarket,
  getScannerParameters,
  getNews,
  getArticle,
  getFundamentals,
  getCalendarEvents,
  manageWatchlists,
  manageAlerts,
  getOrders,
  getOrderStatus,
  previewOrder,
  placeOrder,
  confirmOrder,
  modifyOrder,
  cancelOrder,
  cancelAllOrders,
  closePosition,
  exerciseOption,
] as const satisfies readonly ToolDefinition[];

export type AnyTool = (typeof tools)[number];
export type ToolName = AnyTool['name'];

/** The tools that the user's Home runs itself. */
export type HomeToolDefinition = Extract<AnyTool, { runsAt: 'home' }>;

const byName: ReadonlyMap<string, AnyTool> = new Map(tools.map((tool) => [tool.name, tool]));

/** The tool of that name, or undefined. */
export function findTool(name: string): AnyTool | undefined {
  return byName.get(name);
}
