import type { ToolErrorData } from '../../../shared/errors.ts';
import type { Policy } from '../../../shared/orders/policy-fields.ts';
import type { ApprovalMode } from '../../../shared/orders/ticket-states.ts';
import type { OrderDesk } from '../../gateway/orders/order-desk.ts';
import type { LimitUse, SendFacts } from '../model.ts';
import { openOrdersOf } from '../planning/open-orders.ts';
import type { RecentOrder, TradingView } from '../planning/trading-view.ts';
import type { TraderState } from '../state.ts';

/** What of a trading desk can be looked at. */
export interface ViewedDesk {
  readonly state: Pick<TraderState, 'active' | 'ended' | 'recent' | 'generation'>;
  used(): LimitUse;
  blocked(): ToolErrorData | undefined;
  keepFacts(order: string, facts: SendFacts): void;
  noteRefusal(note: Parameters<TradingView['noteRefusal']>[0]): void;
  /** An order id that was never used; it is not given again. */
  takeId(): number | undefined;
}

/** A desk as those see it who prepare orders: nothing through it can send one. */
export function viewOfDesk(
  desk: ViewedDesk,
  gateway: { readonly orders: Pick<OrderDesk, 'openOrders'> },
  config: { readonly policy: Policy; readonly approval: ApprovalMode; readonly clientId: number },
): TradingView {
  return {
    ...config,
    get generation() {
      return desk.state.generation;
    },
    blocked: () => desk.blocked(),
    used: () => desk.used(),
    openOrders: (signal) => openOrdersOf(gateway.orders, signal),
    recentOrders: () => recentIn(desk.state),
    keepFacts: (order, facts) => desk.keepFacts(order, facts),
    noteRefusal: (note) => desk.noteRefusal(note),
    nextOrderId: () => desk.takeId(),
  };
}

/** What was sent, or may have been. */
function recentIn({ active, ended, recent }: ViewedDesk['state']): RecentOrder[] {
  return recent.flatMap((name) => {
    const ticket = active.get(name) ?? ended.get(name);
    if (!ticket || ticket.state === 'not_placed' || ticket.state === 'rejected') return [];
    return [{ hash: ticket.hash, ticket: name, at: ticket.gatewayAt }];
  });
}
