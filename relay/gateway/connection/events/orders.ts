import { EventName } from '@stoqey/ib';
import type { Wire } from './wire.ts';

export function subscribeOrderEvents({ ib, guarded, answer, broadcast }: Wire): void {
  ib.on(
    EventName.execDetails,
    guarded((id, contract, execution) => answer(id, { type: 'execution', contract, execution })),
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
