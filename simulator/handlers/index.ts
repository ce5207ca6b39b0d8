import { accountHandlers } from './account.ts';
import { advisorHandlers } from './advisor.ts';
import { contractHandlers } from './contracts.ts';
import { depthHandlers } from './depth.ts';
import { displayGroupHandlers } from './display-groups.ts';
import { fundamentalsHandlers } from './fundamentals.ts';
import type { Handlers } from './handler.ts';
import { histogramHandlers } from './histogram.ts';
import { historicalTickHandlers } from './historical-ticks.ts';
import { historyHandlers } from './history.ts';
import { marketDataHandlers } from './market-data.ts';
import { newsHandlers } from './news.ts';
import { optionCalculatorHandlers } from './option-calculator.ts';
import { orderHandlers } from './orders.ts';
import { pnlHandlers } from './pnl.ts';
import { realTimeBarHandlers } from './real-time-bars.ts';
import { referenceDataHandlers } from './reference-data.ts';
import { scannerHandlers } from './scanner.ts';
import { sessionHandlers } from './session.ts';
import { tickByTickHandlers } from './tick-by-tick.ts';
import { verifyHandlers } from './verify.ts';
import { wshHandlers } from './wsh.ts';

/** Everything the simulated gateway answers. */
export const handlers: Handlers = {
  ...sessionHandlers,
  ...contractHandlers,
  ...referenceDataHandlers,
  ...marketDataHandlers,
  ...historyHandlers,
  ...depthHandlers,
  ...tickByTickHandlers,
  ...realTimeBarHandlers,
  ...historicalTickHandlers,
  ...histogramHandlers,
  ...optionCalculatorHandlers,
  ...accountHandlers,
  ...pnlHandlers,
  ...advisorHandlers,
  ...orderHandlers,
  ...scannerHandlers,
  ...verifyHandlers,
  ...fundamentalsHandlers,
  ...displayGroupHandlers,
  ...wshHandlers,
  ...newsHandlers,
};
