import type { ToolErrorData } from '../../shared/errors.ts';
import { scanMarket } from '../../shared/tools/scan_market.ts';
import { omitUndefined } from '../../shared/values.ts';
import { contractString } from '../gateway/contracts/naming.ts';
import type { ScanRow } from '../gateway/research/scanner.ts';
import { optional } from './support/optional.ts';
import { notesOf, timeOfQuotes } from './support/options.ts';
import { missingNote, type QuotedInstrument, quoteMany } from './support/quote-many.ts';
import { rankNote } from './support/scan-ranks.ts';
import { isSelfEvident, scanOf } from './support/scan-request.ts';
import { executorOf, type ToolContext } from './support/tool.ts';

/** A gateway that has just started takes a while to list what can be scanned for. */
const cataloguePatienceMs = 20_000;
/** What IB tells of a row in some scans only. */
const extraColumns = ['distance', 'benchmark', 'projection'] as const;
const quoteColumns = ['last', 'changePercent', 'volume', 'bid', 'ask', 'currency', 'name'] as const;

export const scanMarketExecutor = executorOf(scanMarket, async (args, context) => {
  const { gateway, signal } = context;
  const scan = scanOf(args, isSelfEvident(args) ? gateway.scanner.knownCatalogue : await catalogueIn(context));
  context.progress(0, undefined, `scanning ${scan.location} for ${scan.code}`);
  const found = (await gateway.scanner.run(scan, args.limit, signal)).slice(0, args.limit);
  const find = (conId: string, end: AbortSignal) => gateway.contracts.resolve(conId, end);
  const missing: ToolErrorData[] = [];
  const quotes = args.quotes
    ? await quoteMany(
        found,
        ({ contract }, end) => find(String(contract.conId), end),
        'basic',
        'rows',
        context,
        missing,
      )
    : undefined;
  const extras = extraColumns.filter((column) => found.some((row) => row[column] !== ''));
  const types = new Set(quotes?.flatMap((quoted) => (quoted ? [quoted.quote.dataType] : [])));
  const mixed = types.size > 1;
  return omitUndefined({
    scan: scan.code,
    instrument: scan.instrument,
    location: scan.location,
    filters:
      scan.filters.length > 0 ? Object.fromEntries(scan.filters.map(({ tag, value }) => [tag, value])) : undefined,
    asOf: timeOfQuotes(quotes?.map((quoted) => quoted?.quote) ?? [], gateway.serverTime()),
    columns: ['rank', 'contract', 'conId', ...extras, ...(quotes ? quoteColumns : []), ...(mixed ? ['dataType'] : [])],
    rows: found.map((row, index) => [
      ...identityOf(row),
      ...extras.map((column) => row[column]),
      ...(quotes ? cellsOf(quotes[index]) : []),
      ...(mixed ? [quotes?.[index]?.quote.dataType ?? ''] : []),
    ]),
    dataType: types.size > 0 ? [...types].join(', ') : undefined,
    note:
      found.length === 0
        ? 'Nothing fits now. A closed market, or filters that are too narrow?'
        : notesOf([
            extras.length > 0 ? undefined : rankNote(scan.code, quotes !== undefined),
            missingNote(missing, found.length, 'rows'),
          ]),
  });
});

/** What can be scanned for; without it IB itself refuses what it does not know. */
function catalogueIn(context: ToolContext) {
  if (!context.gateway.scanner.knownCatalogue) context.progress(0, undefined, 'reading what can be scanned for');
  return optional(
    'scanner parameters',
    (signal) => context.gateway.scanner.catalogue(signal),
    context,
    cataloguePatienceMs,
  );
}

const identityOf = ({ rank, contract }: ScanRow): (string | number)[] => [
  rank + 1,
  contractString(contract),
  contract.conId ?? '',
];

function cellsOf(quoted: QuotedInstrument | undefined): (string | number)[] {
  const { last, changePercent, volume, bid, ask, currency } = quoted?.quote ?? {};
  return [
    ...[last, changePercent, volume, bid, ask, currency].map((value) => value ?? ''),
    quoted?.instrument.details.longName ?? '',
  ];
}
