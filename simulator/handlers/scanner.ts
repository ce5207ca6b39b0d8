import { contractFields } from '../contracts/contract-request.ts';
import type { Instrument } from '../market/instruments.ts';
import type { RequestOf } from '../protocol/requests.ts';
import type { FilterTag } from '../research/scan-filters.ts';
import { prepareScan, runScan, type Scan, ScanError } from '../research/scanner.ts';
import { scannerParameters } from '../research/scanner-parameters.ts';
import { researchSettings } from '../research/settings.ts';
import type { Context, Handlers } from './handler.ts';

type ScannerRequest = RequestOf<'reqScannerSubscription'>;

const mostRows = 50;
/** Scans of all clients together that may run at once. */
const mostScans = 10;
const hmdsError = 'Historical Market Data Service error message:';

/** Fields of the request that are filters, and the filter each stands for. */
const fieldFilters = [
  ['abovePrice', 'priceAbove'],
  ['belowPrice', 'priceBelow'],
  ['aboveVolume', 'volumeAbove'],
  ['marketCapAbove', 'marketCapAbove1e6'],
  ['marketCapBelow', 'marketCapBelow1e6'],
  ['moodyRatingAbove', 'moodyRatingAbove'],
  ['moodyRatingBelow', 'moodyRatingBelow'],
  ['spRatingAbove', 'spRatingAbove'],
  ['spRatingBelow', 'spRatingBelow'],
  ['maturityDateAbove', 'maturityDateAbove'],
  ['maturityDateBelow', 'maturityDateBelow'],
  ['couponRateAbove', 'couponRateAbove'],
  ['couponRateBelow', 'couponRateBelow'],
  ['averageOptionVolumeAbove', 'avgOptVolumeAbove'],
] as const;

const stockTypeFilters: Readonly<Record<string, string>> = {
  STOCK: 'exc:ETF',
  CORP: 'inc:CORP',
  ADR: 'inc:ADR',
  ETF: 'inc:ETF',
  REIT: 'inc:REIT',
  CEF: 'inc:CEF',
};

/** Clients write a limit that is not set as nothing, as the largest number there is, or as −1. */
const isUnset = (text: string): boolean =>
  text === '' || text === '-1' || text === '-1.0' || text === '2147483647' || Number(text) > 1e300;

/** `tag=value;tag=value;` */
function tagsIn(text: string): FilterTag[] {
  return text
    .split(';')
    .map((part) => part.split('='))
    .flatMap(([tag = '', value = '']) => (tag.trim() === '' ? [] : [{ tag: tag.trim(), value: value.trim() }]));
}

/** Every filter of a request. A filter option takes the place of a field that says the same. */
function filtersOf(request: ScannerRequest): FilterTag[] {
  const filters = new Map<string, string>();
  for (const [field, tag] of fieldFilters) {
    const value = request.text(field);
    if (!isUnset(value)) filters.set(tag, value);
  }
  const stockType = stockTypeFilters[request.text('stockTypeFilter').toUpperCase()];
  if (stockType) filters.set('stkTypes', stockType);
  for (const { tag, value } of tagsIn(request.text('filterOptions'))) filters.set(tag, value);
  return [...filters].map(([tag, value]) => ({ tag, value }));
}

function rowLimit(request: ScannerRequest): number {
  const asked = isUnset(request.text('numberOfRows')) ? mostRows : request.int('numberOfRows');
  return asked < 0 || asked > mostRows ? mostRows : asked;
}

function rowOf(instrument: Instrument, rank: number) {
  const { validExchanges, primaryExchange, marketName } = instrument;
  return {
    rank,
    ...contractFields(instrument),
    exchange: validExchanges.includes('SMART') ? 'SMART' : primaryExchange || validExchanges[0],
    marketName,
  };
}

/** What the service says about an answer that is empty or was cut; nothing about any other. */
function retrievedText(found: number, sent: number): string | undefined {
  if (found === 0) return 'no items retrieved';
  return sent === mostRows && found > sent ? `${sent} out of ${found} items retrieved` : undefined;
}

function answer({ session, world }: Context, reqId: number, scan: Scan, limit: number): void {
  const found = runScan(world, scan, world.now());
  const rows = found.slice(0, limit).map(rowOf);
  const text = retrievedText(found.length, rows.length);
  if (text) session.sendError(reqId, 165, `Historical Market Data Service query message:${text}`);
  session.send('scannerData', { reqId, rows });
}

const cancelled = (reqId: number): string => `${hmdsError}API scanner subscription cancelled: ${reqId}`;

export const scannerHandlers: Handlers = {
  reqScannerParameters({ session }) {
    session.send('scannerParameters', { xml: scannerParameters() });
  },

  reqScannerSubscription(context, request) {
    const { session, world } = context;
    const reqId = request.int('reqId');
    if (session.subscriptions.has('scanner', reqId)) {
      session.sendError(reqId, 322, "Error processing request.-'bN' : cause - Duplicate ticker id");
      return;
    }
    const running = context.sessions().reduce((sum, { subscriptions }) => sum + subscriptions.count('scanner'), 0);
    if (running >= mostScans) {
      session.sendError(reqId, 162, cancelled(reqId));
      return;
    }
    const limit = rowLimit(request);
    const scanCode = request.text('scanCode');
    const location = request.text('locationCode');
    const instrument = request.text('instrument');
    let scan: Scan;
    try {
      scan = prepareScan({ instrument, location, scanCode, filters: filtersOf(request) });
    } catch (error) {
      if (!(error instanceof ScanError)) throw error;
      session.sendError(reqId, 162, `${hmdsError}${error.message}`);
      return;
    }
    answer(context, reqId, scan, limit);
    context.subscribe({
      kind: 'scanner',
      reqId,
      subject: `${scanCode} ${location}`,
      everyMs: researchSettings(world).scanIntervalMs,
      update: () => {
        if (!session.congested) answer(context, reqId, scan, limit);
      },
    });
  },

  cancelScannerSubscription({ session }, request) {
    const reqId = request.int('reqId');
    if (session.subscriptions.remove('scanner', reqId)) session.sendError(reqId, 162, cancelled(reqId));
    else session.sendError(reqId, 365, `No scanner subscription found for ticker id:${reqId}`);
  },
};
