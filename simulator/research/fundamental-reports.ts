import { unit } from '../market/noise.ts';
import { dayMs } from '../market/zone.ts';
import { type Figures, statementsOf } from './figures.ts';
import type { FundamentalsAccess } from './settings.ts';
import { leaf, leaves, parent } from './xml.ts';

/** `2026-09-30` */
const dateOf = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);

const feedVersion = { Major: 1, Minor: 0, Revision: 1 };

function identity({ instrument, company }: Figures): string[] {
  const ids = { RepNo: String(company.key >>> 8), CompanyName: company.name };
  const issue = {
    Name: 'Common Stock',
    Ticker: instrument.symbol,
    ISIN: instrument.isin ?? '',
    DisplayRIC: instrument.symbol,
  };
  return [
    parent(
      'CoIDs',
      {},
      Object.entries(ids).map(([Type, text]) => leaf('CoID', text, { Type })),
    ),
    parent('Issues', {}, [
      parent('Issue', { ID: 1, Type: 'C', Desc: 'Common Stock', Order: 1 }, [
        ...Object.entries(issue).map(([Type, text]) => leaf('IssueID', text, { Type })),
        leaf('Exchange', instrument.primaryExchange, { Code: instrument.primaryExchange }),
      ]),
    ]),
  ];
}

function generalInfo({ company, instrument, quarters, years, today }: Figures): string {
  const latest = quarters[0]?.end ?? today;
  return parent('CoGeneralInfo', {}, [
    leaf('CoStatus', 'Active', { Code: 1 }),
    leaf('CoType', 'Equity Issue', { Code: 'EQU' }),
    ...leaves({
      LastModified: dateOf(today),
      LatestAvailableAnnual: dateOf(years[0]?.end ?? latest),
      LatestAvailableInterim: dateOf(latest),
    }),
    leaf('Employees', Math.round(company.shares * (8 + 20 * unit(company.key, 80)))),
    leaf('SharesOut', company.shares * 1e6, { Date: dateOf(latest), TotalFloat: Math.round(company.shares * 0.97e6) }),
    leaf('ReportingCurrency', instrument.currency, { Code: instrument.currency }),
  ]);
}

function ratios(figures: Figures): string {
  const { instrument, company, price, trailingEps, trailingRevenue, bookValue, quarters, today } = figures;
  const { currency } = instrument;
  const dividends = figures.dividends
    .filter(({ exDay }) => exDay > today - 365)
    .reduce((total, { amount }) => total + amount, 0);
  const groups: Readonly<Record<string, Readonly<Record<string, number>>>> = {
    'Price and Volume': { NPRICE: price, MKTCAP: company.shares * price },
    'Income Statement': { TTMREV: trailingRevenue, TTMNIAC: trailingEps * company.shares },
    'Per share data': {
      TTMEPSXCLX: trailingEps,
      TTMREVPS: trailingRevenue / company.shares,
      QBVPS: bookValue,
      TTMDIVSHR: dividends,
    },
    'Other Ratios': {
      PEEXCLXOR: price / trailingEps,
      PRICE2BK: price / bookValue,
      QQUICKRATI: company.quickRatio,
      TTMROEPCT: (trailingEps / bookValue) * 100,
      TTMNPMGN: company.margin * 100,
      YIELD: (dividends / price) * 100,
    },
  };
  return parent(
    'Ratios',
    {
      PriceCurrency: currency,
      ReportingCurrency: currency,
      ExchangeRate: '1.00000',
      LatestAvailableDate: dateOf(quarters[0]?.end ?? today),
    },
    Object.entries(groups).map(([ID, group]) =>
      parent(
        'Group',
        { ID },
        Object.entries(group).map(([FieldName, value]) => leaf('Ratio', value.toFixed(5), { FieldName, Type: 'N' })),
      ),
    ),
  );
}

function snapshot(figures: Figures): string {
  const { company, instrument, ahead, today } = figures;
  const summary = `${company.name} operates in ${instrument.industry || 'several industries'}, above all in ${instrument.category || 'its home market'}.`;
  return parent('ReportSnapshot', feedVersion, [
    ...identity(figures),
    generalInfo(figures),
    parent('TextInfo', {}, [leaf('Text', summary, { Type: 'Business Summary', lastModified: dateOf(today) })]),
    parent('peerInfo', { lastUpdated: dateOf(today) }, [
      parent('IndustryInfo', {}, [
        leaf('Industry', instrument.subcategory, { type: 'TRBC', order: 1, reported: 0, code: company.key >>> 16 }),
      ]),
    ]),
    ratios(figures),
    parent('ForecastData', { ConsensusType: 'Mean', CurFiscalYear: ahead[0]?.fiscalYear ?? 0 }, [
      parent('Ratio', { FieldName: 'ConsRecom', Type: 'N' }, [
        leaf('Value', (1.4 + 2 * unit(company.key, 81)).toFixed(5), { PeriodType: 'CURR' }),
      ]),
    ]),
  ]);
}

function financialSummary({ instrument, quarters, years, dividends }: Figures): string {
  const { currency } = instrument;
  const series = (name: string, value: (period: { eps: number; revenue: number }) => number): string =>
    parent(`${name}s`, { currency }, [
      ...years.map((year) => leaf(name, value(year), { asofDate: dateOf(year.end), reportType: 'A', period: '12M' })),
      ...quarters.map((quarter) =>
        leaf(name, value(quarter), { asofDate: dateOf(quarter.end), reportType: 'R', period: '3M' }),
      ),
    ]);
  return parent('FinancialSummary', {}, [
    series('EPS', ({ eps }) => eps),
    series('TotalRevenue', ({ revenue }) => revenue * 1e6),
    parent(
      'Dividends',
      { currency },
      dividends.map(({ exDay, payDay, amount }) =>
        leaf('Dividend', amount, { type: 'CD', exDate: dateOf(exDay), payDate: dateOf(payDay) }),
      ),
    ),
  ]);
}

const lineItemNames: Readonly<Record<string, string>> = {
  SREV: 'Revenue',
  SCOR: 'Cost of Revenue, Total',
  SGRP: 'Gross Profit',
  SOPI: 'Operating Income',
  EIBT: 'Net Income Before Taxes',
  TTAX: 'Provision for Income Taxes',
  NINC: 'Net Income',
  SCSI: 'Cash and Short Term Investments',
  ATOT: 'Total Assets',
  LTCL: 'Total Current Liabilities',
  LTLL: 'Total Liabilities',
  QTLE: 'Total Equity',
  QTCO: 'Total Common Shares Outstanding',
  OTLO: 'Cash from Operating Activities',
  ITLI: 'Cash from Investing Activities',
  FTLF: 'Cash from Financing Activities',
  SNCC: 'Net Change in Cash',
};

function statementPeriod(
  figures: Figures,
  months: number,
  period: { end: number; revenue: number; netIncome: number },
): string[] {
  return Object.entries<Readonly<Record<string, number>>>({ ...statementsOf(figures, period) }).map(([Type, lines]) =>
    parent('Statement', { Type }, [
      parent('FPHeader', {}, [
        ...leaves({ PeriodLength: months }),
        leaf('periodType', 'Months', { Code: 'M' }),
        ...leaves({ StatementDate: dateOf(period.end) }),
      ]),
      ...Object.entries(lines).map(([coaCode, value]) => leaf('lineItem', value.toFixed(5), { coaCode })),
    ]),
  );
}

function statements(figures: Figures): string {
  const { quarters, years } = figures;
  const map = Object.entries(lineItemNames).map(([coaItem, name], index) =>
    leaf('mapItem', name, { coaItem, lineID: 100 + 10 * index, precision: 1 }),
  );
  return parent('ReportFinancialStatements', feedVersion, [
    ...identity(figures),
    generalInfo(figures),
    parent('FinancialStatements', {}, [
      parent('COAMap', {}, map),
      parent(
        'AnnualPeriods',
        {},
        years.map((year) =>
          parent(
            'FiscalPeriod',
            { Type: 'Annual', EndDate: dateOf(year.end), FiscalYear: year.year },
            statementPeriod(figures, 12, year),
          ),
        ),
      ),
      parent(
        'InterimPeriods',
        {},
        quarters.slice(0, 5).map((quarter) =>
          parent(
            'FiscalPeriod',
            {
              Type: 'Interim',
              EndDate: dateOf(quarter.end),
              FiscalYear: quarter.fiscalYear,
              FiscalPeriodNumber: quarter.fiscalQuarter,
            },
            statementPeriod(figures, 3, quarter),
          ),
        ),
      ),
    ]),
  ]);
}

function estimates(figures: Figures): string {
  const { company, instrument, ahead, quarters } = figures;
  const period = { periodType: 'Q' };
  const forecast = ahead.map(({ fiscalYear, fiscalQuarter, estimate }) =>
    parent('FYPeriod', { ...period, fYear: fiscalYear, periodNum: fiscalQuarter }, [
      ...Object.entries({ High: estimate * 1.08, Low: estimate * 0.92, Mean: estimate }).map(([type, value]) =>
        parent('ConsEstimate', { type }, [leaf('ConsValue', value.toFixed(4), { dateType: 'CURR' })]),
      ),
    ]),
  );
  const actual = quarters
    .slice(0, 8)
    .map(({ fiscalYear, fiscalQuarter, eps, announced }) =>
      parent('FYPeriod', { ...period, fYear: fiscalYear, periodNum: fiscalQuarter }, [
        leaf('ActValue', eps.toFixed(4), { updated: dateOf(announced) }),
      ]),
    );
  return parent('REarnEstCons', feedVersion, [
    parent('Company', {}, [
      parent('CoName', {}, leaves({ Name: company.name })),
      leaf('Currency', instrument.currency, { code: instrument.currency }),
    ]),
    parent('Actuals', {}, [parent('FYActuals', {}, [parent('FYActual', { type: 'EPS', unit: 'U' }, actual)])]),
    parent('ConsEstimates', {}, [
      parent('NPEstimates', {}, [
        parent('NPEstimate', { type: 'TARGETPRICE', unit: 'U' }, [
          leaf('ConsValue', (figures.price * 1.1).toFixed(4), { dateType: 'CURR' }),
        ]),
      ]),
      parent('FYEstimates', {}, [parent('FYEstimate', { type: 'EPS', unit: 'U' }, forecast)]),
    ]),
  ]);
}

function calendar({ instrument, company, ahead, dividends }: Figures): string {
  const next = ahead[0];
  return parent('WSHData', {}, [
    parent('Company', {}, [
      ...leaves({ Name: company.name, Ticker: instrument.symbol }),
      parent(
        'EarningsList',
        {},
        next
          ? [
              parent(
                'Earnings',
                {},
                leaves({
                  Period: `Q${next.fiscalQuarter}`,
                  Date: dateOf(next.announced),
                  TimeOfDay: next.beforeMarket ? 'Before Market' : 'After Market',
                }),
              ),
            ]
          : [],
      ),
      parent(
        'DividendList',
        {},
        dividends
          .slice(0, 4)
          .map(({ exDay, amount }) => parent('Dividend', {}, leaves({ ExDate: dateOf(exDay), Amount: amount }))),
      ),
    ]),
  ]);
}

const ownersNames = [
  'Longacre Asset Management',
  'Bluewater Index Trust',
  'Northern Counties Pension Fund',
  'Tern Capital',
];

function ownership({ instrument, company, today }: Figures): string {
  const shares = company.shares * 1e6;
  const asofDate = dateOf(today - 45);
  const owners = ownersNames
    .map((name, index) => ({
      name,
      quantity: Math.round(shares * (0.01 + 0.06 * unit(company.key, 90 + index))),
    }))
    .sort((a, b) => b.quantity - a.quantity);
  return parent('OwnershipDetails', {}, [
    ...leaves({ ISIN: instrument.isin ?? '' }),
    leaf('floatShares', Math.round(shares * 0.97), { asofDate }),
    ...owners.map(({ name, quantity }, index) =>
      parent('Owner', { ownerId: index + 1 }, [...leaves({ type: 3, name }), leaf('quantity', quantity, { asofDate })]),
    ),
  ]);
}

const reports: Readonly<Record<string, (figures: Figures) => string>> = {
  ReportSnapshot: snapshot,
  ReportsFinSummary: financialSummary,
  ReportsFinStatements: statements,
  ReportRatios: (figures) => parent('ReportRatios', feedVersion, [...identity(figures), ratios(figures)]),
  ReportsOwnership: ownership,
  RESC: estimates,
  CalendarReport: calendar,
};

/** Reports that were given up in 2026. */
const classicOnly = new Set(['ReportsFinStatements', 'ReportRatios']);

export function isReportType(type: string, access: FundamentalsAccess): boolean {
  return type in reports && (access === 'classic' || !classicOnly.has(type));
}

/** A report about a company as an XML document. @throws {RangeError} when there is no such report */
export function fundamentalReport(type: string, figures: Figures): string {
  const report = reports[type];
  if (!report) throw new RangeError(`there is no report ${type}`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${report(figures)}`;
}
