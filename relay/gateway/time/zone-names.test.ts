import { describe, expect, it } from 'vitest';
import { zoneOfMarket } from './exchange-zones.ts';
import { isZone } from './time-zones.ts';
import { windowsZones } from './windows-zones.ts';
import { ianaZone, zonesNamed } from './zone-names.ts';

describe('ianaZone', () => {
  // Names that gateways have sent, in logs and reports that are public, and neighbours of theirs.
  it.each([
    ['US/Eastern', 'US/Eastern'],
    ['America/New_York', 'America/New_York'],
    ['Japan', 'Japan'],
    ['GB-Eire', 'GB-Eire'],
    ['EST5EDT', 'EST5EDT'],
    ['Universal', 'Universal'],
    ['Australia/NSW', 'Australia/NSW'],
    ['Hongkong', 'Hongkong'],
    ['EST', 'America/New_York'],
    ['EST (Eastern Standard Time)', 'America/New_York'],
    ['CST (Central Standard Time)', 'America/Chicago'],
    ['CST (China Standard Time)', 'Asia/Shanghai'],
    ['MET', 'Europe/Brussels'],
    ['MSK', 'Europe/Moscow'],
    ['JST', 'Asia/Tokyo'],
    ['HKT', 'Asia/Hong_Kong'],
    ['UTC', 'UTC'],
    ['GMT+08:00', '+08:00'],
    ['UTC-3', '-03:00'],
    ['Central European Standard Time', 'Europe/Warsaw'],
    ['Central European Summer Time', 'Europe/Berlin'],
    ['British Summer Time', 'Europe/London'],
    ['Hong Kong Time', 'Asia/Hong_Kong'],
    ['Hong Kong Standard Time', 'Asia/Hong_Kong'],
    ['Brasilia Time', 'America/Sao_Paulo'],
    ['Brasilia Standard Time', 'America/Sao_Paulo'],
    ['Korean Standard Time', 'Asia/Seoul'],
    ['Gulf Standard Time', 'Asia/Dubai'],
    ['W. Europe Standard Time', 'Europe/Berlin'],
    ['w. europe  standard time', 'Europe/Berlin'],
    ['Romance Standard Time', 'Europe/Paris'],
    ['GTB Standard Time', 'Europe/Bucharest'],
    ['GMT Standard Time', 'Europe/London'],
    ['E. South America Standard Time', 'America/Sao_Paulo'],
    ['Tokyo Standard Time', 'Asia/Tokyo'],
    ['中国标准时间', 'Asia/Shanghai'],
    ['Mitteleuropäische Zeit', 'Europe/Berlin'],
    ['Mountain Standard Time (Mexico)', 'America/Mazatlan'],
    ['Australian Eastern Standard Time (New South Wales)', 'Australia/Sydney'],
    ['Middle Earth Time', undefined],
    ['constructor', undefined],
    ['Eastern Standard Time (Middle Earth)', undefined],
    ['\uFFFD\uFFFD\uFFFD\uFFFD', undefined],
    ['ÖÐ¹ú±ê×¼Ê±¼ä', undefined],
    ['', undefined],
    // What ICU takes for Anchorage, Dhaka, Cairo and Auckland, gateways mean otherwise or do not send.
    ['AST', undefined],
    ['NST', undefined],
    ['ART', 'America/Argentina/Buenos_Aires'],
    ['BST', 'Europe/London'],
  ])('%s is %s', (name, zone) => expect(ianaZone(name)).toBe(zone));

  it.each([
    ['CST', undefined, undefined],
    ['CST', 'US/Central', 'America/Chicago'],
    ['CST', 'Asia/Hong_Kong', 'Asia/Shanghai'],
    ['CST', 'Europe/Berlin', undefined],
    ['CTT', 'America/Chicago', 'America/Chicago'],
    ['IST', 'Asia/Kolkata', 'Asia/Kolkata'],
    ['GMT', 'Europe/London', 'Europe/London'],
    ['Greenwich Mean Time', undefined, undefined],
    ['Arabian Standard Time', undefined, undefined],
    ['Arabian Standard Time', 'Asia/Riyadh', 'Asia/Riyadh'],
  ])('%s near %s is %s', (name, near, zone) => expect(ianaZone(name, near)).toBe(zone));

  it('knows all 139 names of Windows, each as a zone of this runtime', () => {
    expect(windowsZones.size).toBe(139);
    for (const [name, zone] of windowsZones) {
      expect(isZone(zone)).toBe(true);
      if (name !== 'arabian standard time') expect([name, zonesNamed(name).length > 0]).toEqual([name, true]);
    }
  });
});

describe('zoneOfMarket', () => {
  const aapl = { primaryExchange: 'NASDAQ', exchange: 'SMART' };

  it.each([
    ['what IB names', { ...aapl, timeZoneId: 'US/Eastern' }, 'US/Eastern'],
    ['what IB names, be it another than the exchange’s', { ...aapl, timeZoneId: 'Asia/Tokyo' }, 'Asia/Tokyo'],
    ['the exchange’s, when IB names none', aapl, 'America/New_York'],
    ['the exchange’s, when IB’s name is unknown', { ...aapl, timeZoneId: 'Middle Earth Time' }, 'America/New_York'],
    ['the exchange’s, when IB names it in another way', { ...aapl, timeZoneId: 'EST' }, 'America/New_York'],
    ['none, when IB’s name contradicts', { ...aapl, timeZoneId: 'W. Europe Standard Time' }, undefined],
    ['none, when none of several names fits', { ...aapl, timeZoneId: 'CST' }, undefined],
    ['the one that fits of several', { exchange: 'CME', timeZoneId: 'CTT' }, 'America/Chicago'],
    ['Hong Kong’s, which China’s clock is', { exchange: 'SEHK', timeZoneId: 'China Standard Time' }, 'Asia/Hong_Kong'],
    ['Berlin’s', { primaryExchange: 'IBIS', timeZoneId: 'W. Europe Standard Time' }, 'Europe/Berlin'],
    [
      'that of a name, where the exchange is unknown',
      { exchange: 'X', timeZoneId: 'Tokyo Standard Time' },
      'Asia/Tokyo',
    ],
    ['none, where nothing is known', { exchange: 'SMART', timeZoneId: '' }, undefined],
    [
      'that of all exchanges an option can go to',
      { exchange: 'SMART', validExchanges: 'SMART,AMEX,ISE,CBOE' },
      'America/New_York',
    ],
    ['none, where exchanges differ', { exchange: 'SMART', validExchanges: 'NYSE,LSE' }, undefined],
  ])('is %s', (_, market, zone) => expect(zoneOfMarket(market)).toBe(zone));
});
