import { mix } from '../market/noise.ts';

const hex = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');

/** Numbers that are never given twice. Plain values, so that they can be saved. */
export interface IdState {
  readonly permId: number;
  readonly execution: number;
  readonly sequence: number;
}

export const firstIds = (seed: number): IdState => ({
  permId: 1_000_000_000 + ((mix(seed, 0x9e4d) >>> 0) % 900_000_000),
  execution: mix(seed, 0xe8ec) >>> 1,
  sequence: 1,
});

/** `00025b49.65a1b2c3.01.01`: the exchange, the fill, the leg, the version. */
export function executionId(seed: number, fill: number, leg: number): string {
  return `${hex(mix(seed, 0x25b4) >>> 10)}.${hex(fill)}.${String(leg).padStart(2, '0')}.01`;
}

/** The id of the next correction of an execution. */
export function correctedId(execId: string): string {
  const parts = execId.split('.');
  const version = Number(parts.pop() ?? 1) + 1;
  return [...parts, String(version).padStart(2, '0')].join('.');
}
