import { Decimal } from 'decimal.js';
import type { Instrument } from '../market/instruments.ts';

/** A value made of plain data, decimals, maps and instruments, as plain JSON. Instruments are kept once each. */
export interface Packed {
  readonly value: unknown;
  readonly instruments: Readonly<Record<string, Instrument>>;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isInstrument = (value: Record<string, unknown>): boolean => 'conId' in value && 'process' in value;

export function pack(value: unknown): Packed {
  const instruments: Record<string, Instrument> = {};
  const walk = (part: unknown): unknown => {
    if (part instanceof Decimal) return { $decimal: part.toString() };
    if (part instanceof Map) return { $map: [...part].map(walk) };
    if (Array.isArray(part)) return part.map(walk);
    if (!isRecord(part)) return part;
    if (isInstrument(part)) {
      const key = `${part.secType}/${part.conId}`;
      instruments[key] ??= part as unknown as Instrument;
      return { $instrument: key };
    }
    return Object.fromEntries(
      Object.entries(part)
        .filter(([, inner]) => inner !== undefined)
        .map(([name, inner]) => [name, walk(inner)]),
    );
  };
  const packed = walk(value);
  return { value: packed, instruments };
}

/** @throws {TypeError} when it was not made by `pack` */
export function unpack(packed: unknown): unknown {
  if (!isRecord(packed) || !isRecord(packed.instruments)) throw new TypeError('not a saved exchange');
  const { instruments } = packed;
  const walk = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(walk);
    if (!isRecord(part)) return part;
    if (typeof part.$decimal === 'string') return new Decimal(part.$decimal);
    if (Array.isArray(part.$map)) return new Map(part.$map.map(walk) as [unknown, unknown][]);
    if (typeof part.$instrument === 'string') return instruments[part.$instrument];
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, walk(inner)]));
  };
  return walk(packed.value);
}
