import { facts } from './render.ts';

/** What a ratio is in: money in the stock's currency or millions of it, percent, or a plain number. */
type Unit = 'money' | 'millions' | 'percent' | 'plain';

/**
 * IB's codes of fundamental ratios (generic tick 258) in words, as its API manual lists them; those that people ask for
 * come first. TTM is the last twelve months.
 */
const names: Readonly<Record<string, readonly [words: string, unit: Unit]>> = {
  PEEXCLXOR: ['P/E', 'plain'],
  MKTCAP: ['market capitalisation', 'millions'],
  YIELD: ['dividend yield', 'percent'],
  BETA: ['beta', 'plain'],
  NHIG: ['52-week high', 'money'],
  NLOW: ['52-week low', 'money'],
  NPRICE: ['price of the last close', 'money'],
  APENORM: ['P/E, normalised', 'plain'],
  TTMDIVSHR: ['dividends per share, TTM', 'money'],
  TTMEPSXCLX: ['earnings per share, TTM', 'money'],
  AEPSNORM: ['earnings per share, normalised', 'money'],
  EPSCHNGYR: ['earnings per share, change over a year', 'percent'],
  EPSTRENDGR: ['earnings per share, growth trend', 'percent'],
  PRICE2BK: ['price to book', 'plain'],
  PR2TANBK: ['price to tangible book', 'plain'],
  TTMPR2REV: ['price to sales, TTM', 'plain'],
  TTMPRCFPS: ['price to cash flow, TTM', 'plain'],
  TTMPRFCFPS: ['price to free cash flow, TTM', 'plain'],
  EV: ['enterprise value', 'millions'],
  TTMREV: ['revenue, TTM', 'millions'],
  TTMREVCHG: ['revenue, change over a year', 'percent'],
  TTMREVPS: ['revenue per share, TTM', 'money'],
  REVTRENDGR: ['revenue, growth trend', 'percent'],
  TTMEBITD: ['EBITDA, TTM', 'millions'],
  TTMNIAC: ['net income, TTM', 'millions'],
  TTMFCF: ['free cash flow, TTM', 'millions'],
  TTMCFSHR: ['cash flow per share, TTM', 'money'],
  TTMGROSMGN: ['gross margin, TTM', 'percent'],
  TTMOPMGN: ['operating margin, TTM', 'percent'],
  TTMPTMGN: ['pretax margin, TTM', 'percent'],
  TTMNPMGN: ['net margin, TTM', 'percent'],
  TTMROEPCT: ['return on equity, TTM', 'percent'],
  TTMROAPCT: ['return on assets, TTM', 'percent'],
  TTMROIPCT: ['return on investment, TTM', 'percent'],
  TTMPAYRAT: ['payout ratio, TTM', 'percent'],
  QCURRATIO: ['current ratio', 'plain'],
  QQUICKRATI: ['quick ratio', 'plain'],
  QTOTD2EQ: ['debt to equity', 'percent'],
  QLTD2EQ: ['long-term debt to equity', 'percent'],
  QBVPS: ['book value per share', 'money'],
  QTANBVPS: ['tangible book value per share', 'money'],
  QCSHPS: ['cash per share', 'money'],
  TTMINVTURN: ['inventory turnover, TTM', 'plain'],
  TTMRECTURN: ['receivables turnover, TTM', 'plain'],
  TTMREVPERE: ['revenue per employee, TTM', 'money'],
  TTMNIPEREM: ['net income per employee, TTM', 'money'],
  VOL10DAVG: ['average volume of 10 days', 'millions'],
};
const order = Object.keys(names);

/** Ratios in words with their units; a code that is not known stays as it is. @param currency of the stock */
export function ratioLine(ratios: Readonly<Record<string, number | string>>, currency: string | undefined): string {
  const place = (code: string): number => (order.includes(code) ? order.indexOf(code) : order.length);
  const told = Object.entries(ratios)
    .toSorted(([a], [b]) => place(a) - place(b))
    .map(([code, value]) => {
      const [words, unit] = Object.hasOwn(names, code) ? (names[code] ?? [code, 'plain']) : [code, 'plain'];
      return [
        words,
        typeof value === 'number' ? withUnit(value, unit, code === 'VOL10DAVG' ? 'shares' : currency) : value,
      ];
    });
  return facts(Object.fromEntries(told));
}

function withUnit(value: number, unit: string, of = ''): string {
  const number = Number(value.toFixed(4));
  if (unit === 'percent') return `${number} %`;
  if (unit === 'millions') return `${number} million ${of}`.trim();
  return unit === 'money' ? `${number} ${of}`.trim() : String(number);
}
