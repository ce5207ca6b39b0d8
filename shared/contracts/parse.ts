import { secTypes } from '../values.ts';
import { parseCombo } from './combo.ts';
import { isCurrency } from './currencies.ts';
import { parseExpiry } from './expiry.ts';
import type { ContractQuery, SecType } from './query.ts';
import { isCusip, isIsin } from './security-ids.ts';
import { invalid, normalise } from './text.ts';

/**
 * The contract grammar. One string names one instrument (or, for `:FUT`, every expiry of one).
 *
 *     contract  = conId | [ body [ "@" exchange ] [ ":" kind ] [ "@" exchange ] ] [ "{" conId "}" ]
 *     body      = symbol [ "." currency ]                                 AAPL · BRK B · SHEL.GBP · BTC.USD:CRYPTO
 *               | currency "." currency                                   EUR.USD                     (FX)
 *               | localSymbol                                             ESZ6 · FDAX 20261218 M      (future)
 *                                                                         EW1Z6 C7000 · C OESX 20261218 5500 M  (option)
 *               | symbol [ "." currency ] expiry [ month ]                ES 202612 · ES DEC26        (future)
 *               | symbol [ "." currency ] expiry right strike [ class ]   SPY 20261218 C 600          (option)
 *               | [ "." | "O:" ] class YYMMDD right strike                SPY 261218C00600000         (option, OCC)
 *               | issuer coupon maturity ":BOND"                          IBM 5.1 2035:BOND
 *               | ISIN | CUSIP                                            US0378331005 · 912828U24
 *     expiry    = YYYYMMDD | YYMMDD | YYYYMM | MMMYY | DDMMMYY | YYYY-MM-DD | YYYY-MM
 *     right     = "C" | "P" | "CALL" | "PUT", before or after the strike
 *     kind      = one of IB's security types | "ISIN" | "CUSIP"
 *
 * Several of them with blanks and signs between are a combination, see `combo.ts`.
 *
 * A symbol without anything else is a stock. The exchange is where it is listed, or else where it is to be traded;
 * SMART says no more than none. A trailing `{conId}` is decisive. `BRK.B` reads as `BRK B`. The month of a future is its
 * contract month, which for some lies after that of its last day: `CL 202701` is `CL 20261221 JAN27`. An OCC strike has
 * eight digits and means thousandths; a shorter one is the strike itself. Case, width and surrounding blanks do not
 * matter; control characters are refused. How others write all this is in `spellings.ts`.
 */

const largestConId = 2_147_483_647;
const kinds: ReadonlySet<string> = new Set([...secTypes, 'ISIN', 'CUSIP']);
const rights: Readonly<Record<string, 'C' | 'P'>> = { C: 'C', CALL: 'C', P: 'P', PUT: 'P' };
const symbolPattern = /^[A-Z0-9$^!#][A-Z0-9 .\-'&/+^_=#!$*%()]*$/;
const localFuture = /^(?=\d{0,2}[A-Z])[A-Z0-9]{1,5}[FGHJKMNQUVXZ]\d{1,2}$/;
/** What IB calls single contracts: options on futures at CME, futures and options at Eurex. */
const localContracts: readonly (readonly [RegExp, SecType])[] = [
  [/^[A-Z0-9]{1,5}[FGHJKMNQUVXZ]\d{1,2} [CP]\d+(\.\d+)?$/, 'FOP'],
  [/^[A-Z0-9]{1,6} \d{8} [ABD-OQ-Z]$/, 'FUT'],
  [/^[CP] [A-Z0-9]{1,6} \d{8} \d+(\.\d+)? [A-Z]$/, 'OPT'],
];
/** The root is the class, padded by OCC to six places; some leave out the padding and the thousandths. */
const occPattern = /^(?:O:|\.)?([A-Z0-9]{1,6}?) ?(\d{6})([CP])(\d{8}|\d{1,5}(?:\.\d{1,3})?)$/;

type Draft = { -readonly [Field in keyof ContractQuery]: ContractQuery[Field] };

/**
 * Parses a contract string by the grammar above.
 * @throws ToolError `invalid_arguments`, with examples, when the text does not follow it.
 */
export function parseContract(text: string): ContractQuery {
  const normal = normalise(text);
  if (/^(?:[1-9]\d*|0)$/.test(normal)) return { conId: parseConId(normal, text) };
  if (parseCombo(normal)) throw invalid(text, 'it is a combination, which get_quotes and stream_quotes take');

  const query: Draft = {};
  const braces = /^(.*?)\s*\{\s*(\d+)\s*\}$/.exec(normal);
  if (braces) query.conId = parseConId(braces[2] ?? '', text);
  let body = braces ? (braces[1] ?? '') : normal;
  if (body === '') return query;

  const kind = occPattern.test(body) ? null : /^(.*?)\s*:\s*([A-Z]+)(\s*@\s*[A-Z0-9.]+)?$/.exec(body);
  if (kind && !kinds.has(kind[2] ?? '')) throw invalid(text, `“${kind[2]}” is no kind of instrument`);
  if (kind) body = `${kind[1]}${kind[3] ?? ''}`;

  const at = /^(.*?)\s*@\s*([A-Z0-9.]+)$/.exec(body);
  if (at) {
    if (at[2] !== 'SMART') query.exchange = at[2];
    body = at[1] ?? '';
  }
  readBody(query, body, kind?.[2] as SecType | 'ISIN' | 'CUSIP' | undefined, text);
  return query;
}

function readBody(query: Draft, body: string, kind: SecType | 'ISIN' | 'CUSIP' | undefined, text: string): void {
  if (kind === 'ISIN' || kind === 'CUSIP' || ((!kind || kind === 'BOND') && (isIsin(body) || isCusip(body)))) {
    const secIdType = kind === 'ISIN' || kind === 'CUSIP' ? kind : isIsin(body) ? 'ISIN' : 'CUSIP';
    if (!(secIdType === 'ISIN' ? isIsin(body) : isCusip(body))) throw invalid(text, `“${body}” is no ${secIdType}`);
    Object.assign(query, kind === 'BOND' ? { secType: 'BOND' } : {}, { secIdType, secId: body });
    return;
  }
  if (readOcc(query, body, kind) || readLocal(query, body, kind)) return;

  const words = body.split(' ');
  const expiryAt = words.findIndex((word, index) => index > 0 && isExpiryAt(words, index, word));
  if (kind === 'BOND') readBond(query, body, text);
  else if (expiryAt > 0) readDerivative(query, words, expiryAt, kind, text);
  else readPlain(query, body, kind, text);
}

/** `ABC 4` may be a symbol with a blank, so only an expiry that ends the text or that a right or strike follows counts. */
function isExpiryAt(words: readonly string[], index: number, word: string): boolean {
  if (parseExpiry(word) === undefined) return false;
  const next = words[index + 1];
  return next === undefined || next in rights || strikeOf(next) !== undefined || parseExpiry(next)?.length === 6;
}

function readOcc(query: Draft, body: string, kind: string | undefined): boolean {
  const occ = kind === 'BOND' ? null : occPattern.exec(body);
  const expiry = occ && parseExpiry(occ[2] ?? '');
  if (!occ || expiry?.length !== 8) return false;
  query.secType = kind === 'FOP' || kind === 'WAR' ? kind : 'OPT';
  query.symbol = occ[1];
  query.expiry = expiry;
  query.right = rights[occ[3] ?? ''];
  query.strike = occ[4]?.length === 8 ? Number(occ[4]) / 1000 : Number(occ[4]);
  query.tradingClass = occ[1];
  return true;
}

function readLocal(query: Draft, body: string, kind: string | undefined): boolean {
  const found = localContracts.find(([pattern]) => pattern.test(body));
  if (!found) return false;
  const [, usual] = found;
  const isOption = usual !== 'FUT';
  if (kind !== undefined && kind !== usual && !(isOption && (kind === 'OPT' || kind === 'FOP'))) return false;
  query.secType = (kind as SecType | undefined) ?? usual;
  query.localSymbol = body;
  return true;
}

function readDerivative(
  query: Draft,
  words: readonly string[],
  at: number,
  kind: string | undefined,
  text: string,
): void {
  readSymbol(query, words.slice(0, at).join(' '), text);
  query.expiry = parseExpiry(words[at] ?? '');
  const rest = words.slice(at + 1);
  const month = rest.length === 1 && query.expiry?.length === 8 ? parseExpiry(rest[0] ?? '') : undefined;
  if (month?.length === 6) query.contractMonth = month;
  if (rest.length === 0 || query.contractMonth !== undefined) {
    if (kind !== undefined && kind !== 'FUT') throw invalid(text, `a ${kind} needs more than an expiry`);
    query.secType = 'FUT';
    return;
  }
  const [first = '', second = '', tradingClass, ...extra] = rest;
  const right = rights[first] ?? rights[second];
  const strike = strikeOf(first in rights ? second : first);
  if (right === undefined || strike === undefined || extra.length > 0) {
    throw invalid(text, 'after the expiry an option needs C or P and a strike');
  }
  if (kind !== undefined && kind !== 'OPT' && kind !== 'FOP' && kind !== 'WAR') {
    throw invalid(text, `a ${kind} has no right and strike`);
  }
  query.secType = kind === undefined ? 'OPT' : (kind as SecType);
  query.right = right;
  query.strike = strike;
  if (tradingClass !== undefined) query.tradingClass = checkedSymbol(tradingClass, text);
}

function readBond(query: Draft, body: string, text: string): void {
  query.secType = 'BOND';
  const described = /^(.+) (\d{1,2}(?:\.\d+)?) (\d{4}(?:\d{2}(?:\d{2})?)?)$/.exec(body);
  if (!described) {
    query.symbol = checkedSymbol(body, text);
    return;
  }
  query.symbol = checkedSymbol(described[1] ?? '', text);
  query.coupon = Number(described[2]);
  query.maturity = described[3];
}

function readPlain(query: Draft, body: string, kind: SecType | undefined, text: string): void {
  const pair = /^([A-Z]{3})[./]([A-Z]{3})$/.exec(body);
  const isPair = pair !== null && isCurrency(pair[1] ?? '') && isCurrency(pair[2] ?? '');
  const asMoney = query.exchange === undefined || query.exchange === 'IDEALPRO';
  if (kind === 'CASH' || (kind === undefined && isPair && asMoney)) {
    if (!isPair) throw invalid(text, 'an FX pair is two currencies, like EUR.USD');
    Object.assign(query, { secType: 'CASH', symbol: pair[1], currency: pair[2] });
    return;
  }
  if (localFuture.test(body) && (kind === undefined || kind === 'FUT')) {
    Object.assign(query, { secType: 'FUT', localSymbol: body });
    return;
  }
  query.secType = kind ?? 'STK';
  readSymbol(query, body, text);
}

/** Reads `SYMBOL` or `SYMBOL.CUR`. A one-letter suffix is a share class, which IB writes with a blank in the United States. */
function readSymbol(query: Draft, body: string, text: string): void {
  const suffixed = /^(.+)\.([A-Z]{3})$/.exec(body);
  if (suffixed && isCurrency(suffixed[2] ?? '')) query.currency = suffixed[2];
  const symbol = query.currency !== undefined ? (suffixed?.[1] ?? '') : body;
  const written = query.currency === undefined ? symbol.replace(/^([A-Z]+)\.([A-Z])$/, '$1 $2') : symbol;
  query.symbol = checkedSymbol(written, text);
}

function strikeOf(word: string): number | undefined {
  return /^-?\d{1,9}(\.\d{1,9})?$/.test(word) ? Number(word) : undefined;
}

function checkedSymbol(symbol: string, text: string): string {
  if (symbol.length > 40 || !symbolPattern.test(symbol)) {
    throw invalid(text, `“${symbol}” is no symbol; find one by company name with search_contracts`);
  }
  return symbol;
}

function parseConId(digits: string, text: string): number {
  const conId = Number(digits);
  if (conId < 1 || conId > largestConId) {
    throw invalid(text, `${digits} is no conId (a numeric stock symbol needs its currency or exchange: 700.HKD)`);
  }
  return conId;
}
