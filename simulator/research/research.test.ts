import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dividendsOf } from '../market/dividends.ts';
import { createSchedules } from '../market/exchanges.ts';
import { aapl, listings } from '../market/listings.ts';
import { PriceModel } from '../market/prices.ts';
import { dayMs, dayNumber } from '../market/zone.ts';
import { createWorld } from '../world/world.ts';
import { articleOf } from './articles.ts';
import { bulletinBoard, bulletinsOn } from './bulletins.ts';
import { companyOf, isCompany, plainName } from './companies.ts';
import { lastReported, quarterOf, quartersAnnounced, trailingYear } from './earnings.ts';
import { figuresOf, statementsOf } from './figures.ts';
import { findNews, newsItemOf, newsTicksFor } from './news.ts';
import { providers } from './news-providers.ts';
import { pdfOf } from './pdf.ts';
import { ScanSubject } from './scan-metrics.ts';
import { scanTypes } from './scan-types.ts';
import { prepareScan, runScan } from './scanner.ts';
import { scannerParameters } from './scanner-parameters.ts';
import { wshEventsOf } from './wsh-events.ts';

const noon = Date.parse('2026-11-20T17:00:00Z');
const today = dayNumber('20261120');
const all = new Set(providers.map(({ code }) => code));

const model = new PriceModel(1, createSchedules());
const world = createWorld({ seed: 1, accounts: ['DU1'], clock: () => new Date(noon), enforcePacing: false });

const anyListing = fc.constantFrom(...listings);
const anyCompany = fc.constantFrom(...listings.filter(isCompany));
/** Days from 2016 to 2029. */
const anyDay = fc.integer({ min: dayNumber('20160101'), max: dayNumber('20291231') });
const anyInstant = fc.integer({ min: Date.parse('2016-01-01'), max: Date.parse('2029-12-31') });

const companyIn = (instrument: (typeof listings)[number]) => {
  const company = companyOf(model, instrument);
  if (!company) throw new Error(`${instrument.symbol} is no company`);
  return company;
};

describe('companies', () => {
  it.each([
    ['APPLE INC', 'Apple'],
    ['COCA-COLA CO/THE', 'Coca-Cola'],
    ['ALPHABET INC-CL A', 'Alphabet'],
    ['BANK OF AMERICA CORP', 'Bank of America'],
    ['ASML HOLDING NV-NY REG SHS', 'ASML'],
    ['TENCENT HOLDINGS LTD 腾讯控股', 'Tencent'],
  ])('called %s are %s to people', (longName, name) => {
    expect(plainName(longName)).toBe(name);
  });

  it('are worth the same wherever they are listed', () => {
    const listed = listings.filter(({ process }) => process.path === 'SAP');
    const worth = listed.map((instrument) => companyIn(instrument).shares * instrument.process.base);
    expect(listed.length).toBeGreaterThan(1);
    expect(Math.max(...worth) / Math.min(...worth)).toBeLessThan(1.3);
  });
});

describe('earnings', () => {
  it('are announced on trading days after the quarter, the last one before the next', () => {
    fc.assert(
      fc.property(anyCompany, anyDay, (instrument, day) => {
        const company = companyIn(instrument);
        const last = lastReported(model, company, day);
        const next = quarterOf(model, company, last.index + 1);
        expect(last.announced).toBeLessThanOrEqual(day);
        expect(next.announced).toBeGreaterThan(day);
        expect(next.end).toBeGreaterThan(last.end);
        expect(last.announced).toBeGreaterThan(last.end);
        expect(model.schedule(instrument).tradingDay(last.announced)).toBeDefined();
      }),
      { numRuns: 40 },
    );
  });

  it('number the quarters of each fiscal year from one to four', () => {
    fc.assert(
      fc.property(anyCompany, fc.integer({ min: 180, max: 240 }), (instrument, index) => {
        const company = companyIn(instrument);
        const [a, b] = [quarterOf(model, company, index), quarterOf(model, company, index + 1)];
        expect(b.fiscalYear * 4 + b.fiscalQuarter).toBe(a.fiscalYear * 4 + a.fiscalQuarter + 1);
      }),
      { numRuns: 40 },
    );
  });

  it('of a year are the last four quarters', () => {
    const company = companyIn(aapl);
    const year = trailingYear(model, company, today);
    expect(year.map(({ index }) => index)).toEqual([0, 1, 2, 3].map((back) => (year[0]?.index ?? 0) - back));
    expect(quartersAnnounced(model, company, (year[3]?.announced ?? 0) - 1, today).reverse()).toEqual(year);
  });
});

describe('news', () => {
  it('is found again by the ids of its articles, once it has happened', () => {
    fc.assert(
      fc.property(anyListing, anyInstant, (instrument, instant) => {
        const query = { instrument, providers: all, after: instant - 4 * dayMs, to: instant, limit: 20 };
        for (const item of findNews(model, query).items) {
          const again = newsItemOf(model, item.articleId, instant);
          expect(again).toMatchObject({ time: item.time, provider: item.provider, headline: item.headline });
          expect(newsItemOf(model, item.articleId, item.time - 1)).toBeUndefined();
          expect(articleOf(item).text).not.toBe('');
        }
      }),
      { numRuns: 20 },
    );
  });

  it('ticks once for each headline, however the time is cut into pieces', () => {
    fc.assert(
      fc.property(
        anyListing,
        anyInstant,
        fc.array(fc.integer({ min: 1, max: 2 * dayMs }), { maxLength: 4 }),
        (instrument, start, steps) => {
          const ends = [start];
          for (const step of steps) ends.push((ends.at(-1) ?? start) + step);
          const pieces = ends
            .slice(1)
            .flatMap((to, index) => newsTicksFor(model, instrument, ends[index] ?? start, to, all));
          expect(pieces).toEqual(newsTicksFor(model, instrument, start, ends.at(-1) ?? start, all));
          expect(pieces.map(({ time }) => time)).toEqual(pieces.map(({ time }) => time).toSorted((a, b) => a - b));
        },
      ),
      { numRuns: 20 },
    );
  });

  it('differs from one seed to the next, and not from one asking to the next', () => {
    const query = { instrument: aapl, providers: all, after: noon - 10 * dayMs, to: noon, limit: 50 };
    const told = (seed: number) =>
      findNews(new PriceModel(seed, createSchedules()), query).items.map(({ headline }) => headline);
    expect(told(1)).toEqual(told(1));
    expect(told(1)).not.toEqual(told(2));
  });

  it('comes with articles that try to give orders, now and then', () => {
    const query = { instrument: aapl, providers: all, after: noon - 390 * dayMs, to: noon, limit: 1000 };
    const { items } = findNews(model, query);
    const hostile = items.filter(({ story }) => story.template.kind === 'hostile');
    expect(hostile.length).toBeGreaterThan(0);
    expect(hostile.length).toBeLessThan(items.length / 10);
  });
});

describe('bulletins', () => {
  it('have ids of their own, in the order of time', () => {
    const found = Array.from({ length: 60 }, (_, day) => bulletinsOn(model, world.zone, today + day)).flat();
    expect(found.length).toBeGreaterThan(10);
    expect(found.map(({ time }) => time)).toEqual(found.map(({ time }) => time).toSorted((a, b) => a - b));
    expect(new Set(found.map(({ msgId }) => msgId)).size).toBe(found.length);
  });

  it('can be published', () => {
    const board = bulletinBoard(world);
    board.publish({ type: 1, text: 'Closed early today', exchange: '' }, noon);
    expect(bulletinBoard(world).published).toMatchObject([{ msgId: 1, text: 'Closed early today', time: noon }]);
  });
});

describe('the corporate calendar', () => {
  it('lies within the range asked for, in order, and has the dividends of the market', () => {
    fc.assert(
      fc.property(anyCompany, fc.nat(800), fc.nat(400), (instrument, back, length) => {
        const range = { from: today - back, to: today - back + length };
        const events = wshEventsOf(model, instrument, noon, range);
        const days = events.map(({ day }) => day);
        expect(days).toEqual(days.toSorted((a, b) => a - b));
        for (const day of days) expect(day >= range.from && day <= range.to).toBe(true);
        const exDays = events.filter(({ type }) => type === 'wshe_div').map(({ day }) => day);
        const inRange = dividendsOf(instrument).filter(({ exDay }) => exDay >= range.from && exDay <= range.to);
        expect(exDays).toEqual(inRange.map(({ exDay }) => exDay));
      }),
      { numRuns: 20 },
    );
  });
});

describe('statements', () => {
  it('add up', () => {
    fc.assert(
      fc.property(anyCompany, (instrument) => {
        const figures = figuresOf(model, instrument, noon);
        for (const year of figures?.years ?? []) {
          const { INC, BAL, CAS } = statementsOf(figures as NonNullable<typeof figures>, year);
          const of = (lines: Readonly<Record<string, number>>, code: string): number => lines[code] ?? Number.NaN;
          expect(of(INC, 'SREV') - of(INC, 'SCOR')).toBe(of(INC, 'SGRP'));
          expect(of(INC, 'EIBT') - of(INC, 'TTAX')).toBe(of(INC, 'NINC'));
          expect(of(BAL, 'LTLL') + of(BAL, 'QTLE')).toBe(of(BAL, 'ATOT'));
          expect(of(CAS, 'OTLO') + of(CAS, 'ITLI') + of(CAS, 'FTLF')).toBe(of(CAS, 'SNCC'));
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe('scans', () => {
  it('of every type in the parameters can be run', () => {
    for (const { code, families } of scanTypes) {
      const [instrument, location] = families.includes('bonds') ? ['BOND', 'BOND.US'] : ['STK', 'STK.NYSE'];
      const scan = prepareScan({ instrument, location, scanCode: code, filters: [] });
      const found = runScan(world, scan, noon);
      expect(new Set(found).size).toBe(found.length);
    }
  });

  it('put what rose most first', () => {
    const scan = prepareScan({ instrument: 'STK', location: 'STK.US', scanCode: 'TOP_PERC_GAIN', filters: [] });
    const gains = runScan(world, scan, noon).map((instrument) => {
      const { last, close } = new ScanSubject(world.model, instrument, noon).quote;
      return last / close;
    });
    expect(gains).toEqual(gains.toSorted((a, b) => b - a));
  });

  it('are described in XML whose elements all end', () => {
    const open: string[] = [];
    for (const [, end, name = ''] of scannerParameters().matchAll(/<(\/?)([A-Za-z]+)[^>?]*>/g)) {
      if (end === '') open.push(name);
      else expect(open.pop()).toBe(name);
    }
    expect(open).toEqual([]);
  });
});

describe('PDF documents', () => {
  it('say where each of their objects begins', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom(...'ab ()\\%') }), { maxLength: 5 }), (lines) => {
        const document = pdfOf(lines);
        const table = Number(/startxref\n(\d+)\n/.exec(document)?.[1]);
        expect(document.slice(table, table + 4)).toBe('xref');
        const offsets = [...document.slice(table).matchAll(/^(\d{10}) 00000 n/gm)].map(([, offset]) => Number(offset));
        offsets.forEach((offset, index) => {
          expect(document.slice(offset).startsWith(`${index + 1} 0 obj\n`)).toBe(true);
        });
      }),
    );
  });
});
