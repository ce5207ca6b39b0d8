import { subscribeAccountEvents } from './accounts.ts';
import { subscribeContractEvents } from './contracts.ts';
import { subscribeHistoryEvents } from './history.ts';
import { subscribeMarketDataEvents } from './market-data.ts';
import { subscribeOrderEvents } from './orders.ts';
import { subscribeResearchEvents } from './research.ts';
import type { Wire } from './wire.ts';

/** Turns everything the codec emits about requests and accounts into messages of ours. */
export function subscribeEvents(wire: Wire): void {
  subscribeAccountEvents(wire);
  subscribeContractEvents(wire);
  subscribeMarketDataEvents(wire);
  subscribeHistoryEvents(wire);
  subscribeOrderEvents(wire);
  subscribeResearchEvents(wire);
}
