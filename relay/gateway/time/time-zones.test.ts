import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateInZone, epochToLocal, isoInZone, localToEpoch, offsetMinutes } from './time-zones.ts';

const zones = [
  'America/New_York',
  'Europe/Berlin',
  'Asia/Tokyo',
  'Australia/Sydney',
  'Asia/Kolkata',
  'UTC',
  'Europe/London',
];
const instant = fc
  .integer({ min: Date.UTC(1975, 0), max: Date.UTC(2090, 0) })
  .map((ms) => Math.floor(ms / 1000) * 1000);

describe('time zones', () => {
  it('renders both sides of a clock change', () => {
    expect(isoInZone('US/Eastern', Date.UTC(2026, 2, 8, 6, 59))).toBe('2026-03-08T01:59:00-05:00');
    expect(isoInZone('US/Eastern', Date.UTC(2026, 2, 8, 7, 0))).toBe('2026-03-08T03:00:00-04:00');
    expect(isoInZone('UTC', 0)).toBe('1970-01-01T00:00:00Z');
    expect(isoInZone('Asia/Kolkata', 0)).toBe('1970-01-01T05:30:00+05:30');
    expect(dateInZone('Asia/Tokyo', Date.UTC(2026, 0, 1, 15))).toBe('2026-01-02');
  });

  it('a skipped time moves past the gap and a doubled one means the first', () => {
    const gap = localToEpoch('America/New_York', { year: 2026, month: 3, day: 8, hour: 2, minute: 30 });
    expect(isoInZone('America/New_York', gap)).toBe('2026-03-08T03:30:00-04:00');
    const twice = localToEpoch('America/New_York', { year: 2026, month: 11, day: 1, hour: 1, minute: 30 });
    expect(isoInZone('America/New_York', twice)).toBe('2026-11-01T01:30:00-04:00');
  });

  it('the rendered text is the same instant', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), instant, (zone, ms) => {
        const wholeMinutes = Number.isInteger(offsetMinutes(zone, ms));
        fc.pre(wholeMinutes);
        expect(Date.parse(isoInZone(zone, ms))).toBe(ms);
      }),
    );
  });

  it('local times convert back to the instant, or to the first of two', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), instant, (zone, ms) => {
        const back = localToEpoch(zone, epochToLocal(zone, ms));
        expect(epochToLocal(zone, back)).toEqual(epochToLocal(zone, ms));
        expect(back).toBeLessThanOrEqual(ms);
        expect(ms - back).toBeLessThanOrEqual(3_600_000);
      }),
    );
  });
});
