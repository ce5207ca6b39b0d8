import { expect } from 'vitest';
import type { TradingView } from '../../relay/orders/planning/trading-view.ts';
import { preparingExecutors } from '../../relay/orders/preparing/prepare-order.ts';
import { type PreparedOrder, prepareOrder } from '../../shared/orders/preview.ts';
import type { SimulatorOptions } from '../../simulator/index.ts';
import { type CallOptions, TestRelay } from './relay.ts';

/** A relay for paper whose trading is as a test says. */
export interface PreparingRelay {
  readonly relay: TestRelay;
  /** Tests may change it between calls. */
  readonly view: { -readonly [Name in keyof TradingView]: TradingView[Name] };
  prepare(tool: string, args: object, options?: CallOptions): Promise<PreparedOrder>;
}

export async function startPreparing(simulator: SimulatorOptions = {}): Promise<PreparingRelay> {
  const relay = await TestRelay.start(simulator, { trading: 'paper', idleLineMs: 60_000 });
  relay.config = { trading: 'paper' };
  let lastId = 100;
  const view: PreparingRelay['view'] = {
    policy: {},
    approval: 'ticket',
    clientId: 7,
    generation: '0123456789abcdef',
    blocked: () => undefined,
    used: () => ({ notional: '0', orders: 0, quantity: '0', loss: '0' }),
    openOrders: async () => [],
    recentOrders: () => [],
    keepFacts: () => undefined,
    noteRefusal: () => undefined,
    nextOrderId: () => (lastId += 1),
  };
  relay.operations = preparingExecutors(view);
  return {
    relay,
    view,
    prepare: async (tool, args, options) => {
      const result = await relay.execute('prepare_order', { tool, arguments: args }, options);
      const prepared = prepareOrder.output.strict().parse(result);
      expect(/null|e\+308|NaN/.test(JSON.stringify(result)), 'absent values are omitted').toBe(false);
      return prepared;
    },
  };
}
