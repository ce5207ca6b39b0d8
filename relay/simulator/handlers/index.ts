import { accountHandlers } from './account.ts';
import { contractHandlers } from './contracts.ts';
import type { Handlers } from './handler.ts';
import { historyHandlers } from './history.ts';
import { marketDataHandlers } from './market-data.ts';
import { newsHandlers } from './news.ts';
import { orderHandlers } from './orders.ts';
import { pnlHandlers } from './pnl.ts';
import { scannerHandlers } from './scanner.ts';
import { sessionHandlers } from './session.ts';

/** Everything the simulated gateway answers. */
export const handlers: Handlers = {
  ...sessionHandlers,
  ...contractHandlers,
  ...marketDataHandlers,
  ...historyHandlers,
  ...accountHandlers,
  ...pnlHandlers,
  ...orderHandlers,
  ...scannerHandlers,
  ...newsHandlers,
};
