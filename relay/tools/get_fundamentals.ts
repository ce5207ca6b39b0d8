import type { z } from 'zod';
import { ToolError } from '../../shared/errors.ts';
import { getFundamentals, type reports } from '../../shared/tools/get_fundamentals.ts';
import { omitUndefined } from '../../shared/values.ts';
import { reading } from '../documents/index.ts';
import type { Instrument } from '../gateway/contracts/instrument.ts';
import { priceIn, quoteOf } from './support/quote.ts';
import { executorOf, type ToolContext } from './support/tool.ts';

type Arguments = z.output<typeof getFundamentals.input>;

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
  const { conId } = instrument;
  const { contract, currency, dataType, asOf, ratios, dividends } = quote;
  const notes = [
    ratios ? [] : ['IB told no ratios: gateways since 10.47 have none.'],
    dividends ? [] : ['IB told of no dividends.'],
  ].flat();
  return omitUndefined({
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
  const read = await reading('report', { xml, section, limit }, xml.length, signal);
  return omitUndefined({
    conId: instrument.conId,
    contract: instrument.name,
    untrustedContent: true as const,
    report: read.report,
    note: read.note,
  });
}
