import type { Era } from './support/clients.ts';

/** Counted per call: SQL statements, and as in {@link import('./support/counters.ts').Counters}. */
type WorkerCost = readonly [sql: number, encodings: number, decodings: number, timers: number];
type RelayCost = readonly [encodings: number, decodings: number, timers: number];

/**
 * What a call costs once everything is warm, counted and not timed. `objects`: the calls to Durable Objects;
 * `webSocketMessage` is the relay's answer. A number that grows needs a reason; one that falls is lowered here.
 */
export const costs: readonly [call: string, Era, objects: readonly string[], WorkerCost, RelayCost][] = [
  ['tools/list', '2026-07-28', ['kvGet'], [1, 1, 3, 0], [0, 0, 0]],
  ['tools/list', '2025-era', ['kvGet'], [1, 1, 3, 1], [0, 0, 0]],
  ['manage_watchlists', '2026-07-28', ['kvGet', 'answer'], [2, 2, 3, 1], [0, 0, 0]],
  ['manage_watchlists', '2025-era', ['kvGet', 'answer'], [2, 2, 3, 1], [0, 0, 0]],
  ['get_status', '2026-07-28', ['kvGet', 'answer', 'webSocketMessage'], [2, 6, 4, 1], [2, 2, 1]],
  ['get_status', '2025-era', ['kvGet', 'answer', 'webSocketMessage'], [2, 6, 4, 2], [2, 2, 1]],
  ['list_accounts', '2026-07-28', ['kvGet', 'call', 'webSocketMessage'], [1, 5, 4, 1], [2, 2, 3]],
  ['list_accounts', '2025-era', ['kvGet', 'call', 'webSocketMessage'], [1, 5, 4, 2], [2, 2, 3]],
  ['get_quotes', '2026-07-28', ['kvGet', 'call', 'webSocketMessage'], [1, 5, 4, 1], [6, 2, 2]],
  ['get_quotes', '2025-era', ['kvGet', 'call', 'webSocketMessage'], [1, 5, 4, 2], [6, 2, 2]],
];
