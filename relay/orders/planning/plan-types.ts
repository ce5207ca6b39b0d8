import type { PlannedOrder } from '../../../shared/orders/order.ts';
import type { Instrument } from '../../gateway/contracts/instrument.ts';
import type { ToolContext } from '../../tools/support/tool.ts';
import type { ExerciseWorth } from './plan-exercise.ts';
import type { TradingView } from './trading-view.ts';

/** What planning is given. It sends nothing. */
export type PlanContext = Pick<ToolContext, 'gateway' | 'config' | 'signal' | 'logger'> & {
  readonly view: Pick<TradingView, 'openOrders' | 'clientId'>;
};

/** An order, complete, with what it is for. */
export interface Plan {
  readonly order: PlannedOrder;
  readonly instrument: Instrument;
  /** The account that a ticket is for; of an advisor’s group the advisor’s own, else its first member. */
  readonly account: string;
  /** Every account that it trades in. */
  readonly accounts: readonly string[];
  readonly warnings: readonly string[];
  /** Of an exercise. */
  readonly worth?: ExerciseWorth;
}
