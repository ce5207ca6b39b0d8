import type { z } from 'zod';
import { ToolError } from '../../shared/errors.ts';
import { getFundamentals, type reports } from '../../shared/tools/get_fundamentals.ts';
import type { Instrument } from '../gateway/contracts.ts';
import { present } from '../gateway/numbers.ts';
import { type Compact, type CompactObject, compactXml, isList, isObject, shortened } from './compact-xml.ts';
import { priceIn, quoteOf } from './quote.ts';
import { withNamedLines } from './statement-lines.ts';
import { executorOf, type ToolContext } from './tool.ts';

type Arguments = z.output<typeof getFundamentals.input>;

/** Characters of a report that a model can still use, and a tunnel carries with ease. */
const mostCharacters = 60_000;

const reportTypes: Readonly<Record<(typeof reports)[number], string>> = {
  snapshot: 'ReportSnapshot',
  summary: 'ReportsFinSummary',
  statements: 'ReportsFinStatements',
  ratios: 'ReportRatios',
  ownership: 'ReportsOwnership',
  estimates: 'RESC',
  calendar: 'CalendarReport',
};

export const getFundamentalsExecutor = executorOf(getFundamentals, async (args, context) => {
  const { report, section } = args;
  if (report === undefined && section !== undefined) {
    throw new ToolError({
      code: 'invalid_arguments',
      message: 'section is a part of a report, and no report is given.',
      nextStep: 'Pass report, or leave section out.',
    });
  }
  const instrument = await context.gateway.contracts.resolve(args.contract, context.signal);
  return report === undefined ? keyFigures(instrument, context) : readReport(instrument, { ...args, report }, context);
});

async function keyFigures(instrument: Instrument, context: ToolContext) {
  if (instrument.secType !== 'STK') {
    throw new ToolError({
      code: 'no_data',
      message: `IB has fundamentals of stocks, and ${instrument.name} is none.`,
      nextStep: 'Ask for the stock behind it.',
    });
  }
  const quote = await quoteOf(instrument, 'fundamentals', context);
  const { conId, contract, currency, dataType, asOf, ratios, dividends } = quote;
  const notes = [
    ratios ? [] : ['IB told no ratios: gateways since 10.47 have none.'],
    dividends ? [] : ['IB told of no dividends.'],
  ].flat();
  return present({
    ...{ conId, contract, currency, dataType, asOf },
    price: priceIn(quote),
    ...{ ratios, dividends },
    note: notes.join(' ') || undefined,
  });
}

async function readReport(
  instrument: Instrument,
  { report, section, limit }: Arguments & { readonly report: (typeof reports)[number] },
  { gateway, signal }: ToolContext,
) {
  const xml = await gateway.fundamentals.report(instrument, reportTypes[report], signal);
  const whole = withNamedLines(withoutRoot(compactXml(xml)));
  const part = shortened(section === undefined ? whole : partOf(whole, section), limit);
  const { shown, note } = fitting(isObject(part) ? part : { value: part });
  return present({
    conId: instrument.conId,
    contract: instrument.name,
    untrustedContent: true as const,
    report: shown,
    note,
  });
}

/** The root's name says no more than the report's. */
function withoutRoot(document: CompactObject): CompactObject {
  const [root] = Object.values(document);
  return isObject(root) && Object.keys(document).length === 1 ? root : document;
}

/** @throws ToolError `invalid_arguments` with the names that there are */
function partOf(report: CompactObject, path: string): Compact {
  let part: Compact = report;
  for (const name of path.split('.')) {
    const inner: Compact | undefined = memberOf(part, name);
    if (inner === undefined) throw noSection(path, part);
    part = inner;
  }
  return part;
}

function memberOf(part: Compact, name: string): Compact | undefined {
  if (isList(part)) return /^\d{1,6}$/.test(name) ? part[Number(name)] : undefined;
  return isObject(part) && Object.hasOwn(part, name) ? part[name] : undefined;
}

function noSection(path: string, part: Compact): ToolError {
  return new ToolError({
    code: 'invalid_arguments',
    message: `The report has no section “${path}”.`,
    nextStep: `There is: ${namesOf(part).join(', ')}.`.slice(0, 1_000),
  });
}

/** What can follow in a path: names of members, or numbers of items. */
function namesOf(part: Compact): string[] {
  return typeof part === 'object' ? Object.keys(part) : [];
}

/** What is too large is left out, largest sections first, and named. */
function fitting(report: CompactObject): { shown: CompactObject; note?: string } {
  const sizes = Object.entries(report).map(([name, value]) => ({ name, size: JSON.stringify(value).length }));
  let left = sizes.reduce((sum, { size }) => sum + size, 0) - mostCharacters;
  const dropped = new Set<string>();
  for (const { name, size } of sizes.toSorted((a, b) => b.size - a.size)) {
    if (left <= 0) break;
    dropped.add(name);
    left -= size;
  }
  if (dropped.size === 0) return { shown: report };
  const shown = Object.fromEntries(Object.entries(report).filter(([name]) => !dropped.has(name)));
  const inner = [...dropped].map((name) => `${name} (${namesOf(report[name] ?? '').join(', ')})`);
  return {
    shown,
    note: `Too long, left out: ${inner.join('; ').slice(0, 1_000)}. Ask for one as section, as in A.B, or lower limit.`,
  };
}
