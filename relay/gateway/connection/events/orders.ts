import { ErrorCode, EventName } from '@stoqey/ib';
import type { Wire } from './wire.ts';

export function subscribeOrderEvents({ ib, guarded, answer, broadcast }: Wire): void {
  ib.on(
    EventName.openOrder,
    guarded((orderId, contract, order, state) => broadcast({ type: 'open-order', orderId, contract, order, state })),
  );
  ib.on(
    EventName.orderStatus,
    guarded((orderId, status, filled, remaining, averagePrice, permId, parentId, _lastPrice, clientId, whyHeld) =>
      broadcast({
        type: 'order-status',
        orderId,
        status,
        filled,
        remaining,
        averagePrice,
        permId: permId ?? 0,
        parentId: parentId ?? 0,
        clientId: clientId ?? -1,
        whyHeld: whyHeld ?? '',
      }),
    ),
  );
  ib.on(
    EventName.openOrderEnd,
    guarded(() => broadcast({ type: 'open-orders-end' })),
  );
  ib.on(
    EventName.completedOrder,
    guarded((contract, order, state) => broadcast({ type: 'completed-order', contract, order, state })),
  );
  ib.on(
    EventName.completedOrdersEnd,
    guarded(() => broadcast({ type: 'completed-orders-end' })),
  );
  ib.on(
    EventName.execDetails,
    guarded((id, contract, execution) => {
      if (id === ErrorCode.NO_VALID_ID) broadcast({ type: 'fill', contract, execution });
      else answer(id, { type: 'execution', contract, execution });
    }),
  );
  ib.on(
    EventName.execDetailsEnd,
    guarded((id: number) => answer(id, { type: 'executions-end' })),
  );
  ib.on(
    EventName.commissionReport,
    guarded((report) => broadcast({ type: 'commission', report })),
  );
}
