import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scannerParameters } from '../../../simulator/research/scanner-parameters.ts';
import { readScanCatalogue } from './scan-catalogue.ts';

const document = (body: string): string =>
  `<?xml version="1.0"?><ScanParameterResponse>${body}</ScanParameterResponse>`;

const scanType = (code: string): string =>
  `<ScanType><displayName>${code} &amp; more</displayName><scanCode>${code}</scanCode><instruments>STK,FUT.US</instruments>` +
  '<Columns><Column><name>Last</name><scanCode>NOT_THIS</scanCode></Column></Columns></ScanType>';

describe('readScanCatalogue', () => {
  it('reads scans, instruments, places in places, and both ends of filters', async () => {
    const { scans, instruments, locations, filters } = await readScanCatalogue(scannerParameters());
    expect(scans.get('TOP_PERC_GAIN')).toMatchObject({ name: 'Top % Gainers' });
    expect(scans.get('TOP_PERC_GAIN')?.instruments).toContain('FUT.US');
    expect(instruments.get('STOCK.EU')).toMatchObject({ name: 'Europe Stocks' });
    expect([...locations.keys()].slice(0, 3)).toEqual(['STK.US', 'STK.US.MAJOR', 'STK.NYSE']);
    expect(locations.get('STK.NYSE')?.instruments).toContain('STK');
    expect(filters.get('priceAbove')).toMatchObject({ numeric: true, id: 'PRICE', category: 'Prices' });
    expect(filters.get('priceBelow')).toMatchObject({ name: 'Price Below', id: 'PRICE' });
    expect(filters.get('moodyRatingAbove')?.values).toContain('AAA');
    expect(instruments.get('BOND')?.filters).toContain('MATDATE');
  });

  it('takes only what belongs to an element itself, the first of a code, with entities resolved', async () => {
    const twice = scanType('ONE') + scanType('TWO') + scanType('ONE').replace('more', 'less');
    const { scans } = await readScanCatalogue(document(`<ScanTypeList>${twice}</ScanTypeList>`));
    expect([...scans.keys()]).toEqual(['ONE', 'TWO']);
    expect(scans.get('ONE')).toEqual({ code: 'ONE', name: 'ONE & more', instruments: ['STK', 'FUT.US'] });
  });

  it.each(['', 'no XML at all', '<ScanType><scanCode>', '</ScanType></ScanType>', '<a><b></a></b>', '\u0000<'])(
    'makes nothing of %j',
    async (xml) => {
      expect((await readScanCatalogue(xml)).scans.size).toBe(0);
    },
  );

  it('reads the same wherever the document is cut', async () => {
    const body = ['ONE', 'TWO', 'THREE'].map(scanType).join('');
    const whole = await readScanCatalogue(document(body));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: body.length }), async (before) => {
        // The first piece ends somewhere inside the body.
        const head = document('').indexOf('</');
        const padded = document(`${' '.repeat(16_384 - head - before)}${body}`);
        expect(await readScanCatalogue(padded)).toEqual(whole);
      }),
    );
  });

  it('is bounded, whatever it is given', async () => {
    const many = Array.from({ length: 6_000 }, (_, index) => scanType(`CODE_${index}`)).join('');
    const { scans } = await readScanCatalogue(document(`${many}${scanType('X'.repeat(50_000))}`));
    expect(scans.size).toBe(5_000);
  });

  it('leaves the event loop its turns, and ends when nobody waits any more', async () => {
    const xml = document(Array.from({ length: 5_000 }, (_, index) => scanType(`CODE_${index}`)).join(''));
    let turns = 0;
    let over = false;
    const turn = (): void => {
      turns += 1;
      if (!over) setImmediate(turn);
    };
    turn();
    await readScanCatalogue(xml);
    over = true;
    expect(turns).toBeGreaterThanOrEqual(xml.length / 65_536);
    const abort = new AbortController();
    const reading = readScanCatalogue(xml, abort.signal);
    abort.abort(new Error('left'));
    await expect(reading).rejects.toThrow('left');
  });
});
