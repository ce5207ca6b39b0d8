import { describe, expect, it } from 'vitest';
import { parseGatewayTime, zoneOfGreeting } from './gateway-time.ts';

const own = 'America/New_York';
const iso = (at: number | undefined): string | undefined =>
  at === undefined ? undefined : new Date(at).toISOString().slice(0, 19);

describe('parseGatewayTime', () => {
  it.each([
    '20260413 15:27:04 US/Eastern',
    '20260413  15:27:04 US/Eastern',
    '20260413 15:27:04',
    '20260413 15:27:04 EST',
    '20260413-19:27:04',
    '20260413 19:27:04 Universal',
    '20260413 21:27:04 Europe/Berlin',
    '20260413 21:27:04 W. Europe Standard Time',
    '20260413 22:27:04 GTB Standard Time',
    '20260413 20:27:04 GMT Standard Time',
    '20260413 16:27:04 Brasilia Time',
  ])('reads %s', (text) => {
    expect(iso(parseGatewayTime(text, { own }))).toBe('2026-04-13T19:27:04');
  });

  it.each(['', 'finished', '20260413 15:27:04 \uFFFD\uFFFD', '20260413 15:27:04 Middle Earth Time'])(
    'gives nothing for “%s”',
    (text) => expect(parseGatewayTime(text, { own, exchange: own })).toBeUndefined(),
  );

  it('does not guess the zone of a time without one', () => {
    expect(parseGatewayTime('20260413 15:27:04', { own: undefined, exchange: own })).toBeUndefined();
  });

  const chicago = '2026-11-20T16:00:00';
  const china = '2026-11-20T02:00:00';
  it.each([
    ['nothing', {}, undefined],
    ['the gateway’s own zone', { own: 'Asia/Shanghai' }, china],
    ['the gateway’s own zone, before the exchange', { own: 'US/Central', exchange: 'Asia/Shanghai' }, chicago],
    ['the exchange, where the gateway’s is neither', { own: 'US/Eastern', exchange: 'America/Chicago' }, chicago],
    ['an exchange of the same clock', { exchange: 'Asia/Hong_Kong' }, china],
    ['an exchange of neither', { exchange: 'Europe/Berlin' }, undefined],
    ['that nothing has happened in the future', { notAfter: Date.parse('2026-11-20T12:00:00Z') }, china],
  ])('CST is decided by %s', (_, known, expected) => {
    expect(iso(parseGatewayTime('20261120 10:00:00 CST', { own: undefined, ...known }))).toBe(expected);
  });

  it('knows a time in which all zones of a name agree', () => {
    const at = (text: string) => iso(parseGatewayTime(text, { own: undefined }));
    expect(at('20261120 10:00:00 GMT')).toBe('2026-11-20T10:00:00');
    expect(at('20260720 10:00:00 GMT')).toBeUndefined();
  });
});

describe('zoneOfGreeting', () => {
  const now = Date.parse('2026-07-20T15:00:00Z');

  it.each([
    ['20260720 11:00:00 EST', 'America/New_York'],
    ['20260720 10:01:00 CST', 'America/Chicago'],
    ['20260720 22:59:00 CST', 'Asia/Shanghai'],
    ['20260720 16:00:00 GMT', 'Europe/London'],
    ['20260720 17:00:00 Central European Standard Time', 'Europe/Warsaw'],
    ['20260720 15:00:00 GMT', 'UTC'],
    ['20260720 03:00:00 CST', undefined],
    ['20260720 23:00:00 \uFFFD\uFFFD', undefined],
    ['20260720 11:00:00', undefined],
    ['', undefined],
  ])('“%s” is %s', (text, zone) => expect(zoneOfGreeting(text, now)).toBe(zone));

  it('is none where two zones of a name show the same, and differ in summer', () => {
    expect(zoneOfGreeting('20261120 10:00:00 GMT', Date.parse('2026-11-20T10:00:00Z'))).toBeUndefined();
  });
});
