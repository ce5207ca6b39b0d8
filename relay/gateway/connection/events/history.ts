import { EventName } from '@stoqey/ib';
import type { ScheduledSession } from './messages.ts';
import type { Wire } from './wire.ts';

export function subscribeHistoryEvents({ ib, guarded, answer }: Wire): void {
  ib.on(
    EventName.historicalData,
    guarded((id, time, open, high, low, close, volume, count, wap) => {
      if (time.startsWith('finished')) answer(id, { type: 'bars-end' });
      else answer(id, { type: 'bar', time, open, high, low, close, volume, count, wap });
    }),
  );
  // The library decodes schedules, but its declarations do not know the event.
  const emitter: { on(event: EventName, listener: (...args: never[]) => void): unknown } = ib;
  emitter.on(
    EventName.historicalSchedule,
    guarded((id: number, start: string, end: string, timeZone: string, sessions: readonly ScheduledSession[]) =>
      answer(id, { type: 'schedule', start, end, timeZone, sessions }),
    ),
  );
  ib.on(
    EventName.headTimestamp,
    guarded((id, timestamp) => answer(id, { type: 'head-timestamp', timestamp })),
  );
  ib.on(
    EventName.histogramData,
    guarded((id, entries) => answer(id, { type: 'histogram', entries })),
  );
  ib.on(
    EventName.historicalTicks,
    guarded((id, ticks, done) => answer(id, { type: 'midpoint-ticks', ticks, done })),
  );
  ib.on(
    EventName.historicalTicksBidAsk,
    guarded((id, ticks, done) => answer(id, { type: 'quote-ticks', ticks, done })),
  );
  ib.on(
    EventName.historicalTicksLast,
    guarded((id, ticks, done) => answer(id, { type: 'trade-ticks', ticks, done })),
  );
}
