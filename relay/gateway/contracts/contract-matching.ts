import type { Contract, ContractDescription, ContractDetails } from '@stoqey/ib';
import { distance } from 'fastest-levenshtein';
import { type ContractQuery, parseContract } from '../../../shared/contracts/index.ts';
import { ToolError } from '../../../shared/errors.ts';
import { contractMonthOf } from './contract-month.ts';
import { contractString, type Detail, instrumentString } from './naming.ts';

const maxCandidates = 10;

/**
 * Rows without doubles, those that end first before the others. IB gives one row per exchange where it is asked without
 * one; the row that routes smart stands for the instrument.
 */
export function distinct(rows: readonly ContractDetails[]): ContractDetails[] {
  const byId = new Map<string, ContractDetails>();
  for (const row of rows) {
    const id = idOf(row);
    const known = byId.get(id);
    if (!known || (known.contract.exchange !== 'SMART' && row.contract.exchange === 'SMART')) byId.set(id, row);
  }
  return [...byId.values()].sort((a, b) => compare(endOf(a), endOf(b)));
}

/** What tells one instrument from another: a continuous future has the conId of its front month. */
export function idOf({ contract }: ContractDetails): string {
  return `${contract.conId} ${contract.secType}`;
}

function endOf({ contract, maturity }: ContractDetails): string {
  return contract.lastTradeDateOrContractMonth || maturity || '';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The rows that a query means. An exchange is where an instrument is listed, or else where it trades as well. */
export function fitting(rows: readonly ContractDetails[], query: ContractQuery): readonly ContractDetails[] {
  if (query.conId !== undefined) return rows;
  const alike = rows.filter((row) => fits(row, query));
  const { exchange } = query;
  if (exchange === undefined) return alike;
  const listed = alike.filter((row) => isListedAt(row, exchange));
  return listed.length > 0 ? listed : alike.filter((row) => exchangesOf(row).includes(exchange));
}

function fits(row: ContractDetails, query: ContractQuery): boolean {
  const { contract, coupon, maturity } = row;
  return (
    (query.currency === undefined || contract.currency === query.currency) &&
    (query.tradingClass === undefined || contract.tradingClass === query.tradingClass) &&
    (query.coupon === undefined || coupon === query.coupon) &&
    (query.maturity === undefined || (maturity ?? '').startsWith(query.maturity)) &&
    (query.secType !== 'FUT' || fitsInTime(row, query))
  );
}

/** A month is the one that a future is called by, a day its last one. */
function fitsInTime(row: ContractDetails, { expiry, contractMonth }: ContractQuery): boolean {
  const month = contractMonthOf(row);
  if (contractMonth !== undefined && month !== contractMonth) return false;
  if (expiry === undefined) return true;
  return expiry.length === 6 ? month === expiry : endOf(row).startsWith(expiry);
}

/** The exchange to route to, where a query names one at which the instrument trades without being listed there. */
export function venueOf(row: ContractDetails, { exchange }: ContractQuery): string | undefined {
  if (exchange === undefined || isListedAt(row, exchange)) return undefined;
  return exchangesOf(row).includes(exchange) ? exchange : undefined;
}

function isListedAt(row: ContractDetails, exchange: string): boolean {
  const home = row.contract.primaryExch || exchangesOf(row)[0] || row.contract.exchange;
  return home === exchange || (isNasdaq(home) && isNasdaq(exchange));
}

/** Where it trades, its own exchange (or SMART) first. */
function exchangesOf({ validExchanges }: ContractDetails): readonly string[] {
  return (validExchanges ?? '').split(',').filter(Boolean);
}

function isNasdaq(exchange: string | undefined): boolean {
  return exchange === 'NASDAQ' || exchange === 'ISLAND';
}

/** The refusal of a text that means several instruments, with strings that mean one each. */
export function ambiguous(text: string, rows: readonly ContractDetails[]): ToolError {
  const shown = rows.slice(0, maxCandidates);
  const more = rows.length > shown.length ? ` (${shown.length} of ${rows.length} shown)` : '';
  const lists = rows.every(({ contract }) => String(contract.secType) === 'FUT' || String(contract.secType) === 'BOND');
  return new ToolError({
    code: 'ambiguous_contract',
    message: `“${text.slice(0, 60)}” means several instruments${more}: ${shown.map(labelOf).join('; ')}.`.slice(
      0,
      2_000,
    ),
    nextStep: `Call again with one of the candidates.${lists && more ? ' get_contract_details lists them all.' : ''}`,
    candidates: shown.map((row) => candidate(row, rows)),
  });
}

/**
 * The refusal of a text that means nothing.
 * @param alike what else it may have meant
 * @param resembling instruments that are called so, or nearly
 */
export function notFound(
  text: string,
  query: ContractQuery,
  alike: readonly ContractDetails[],
  resembling: readonly ContractDescription[] = [],
): ToolError {
  const asked = `“${text.slice(0, 60)}”`;
  if (alike.length > 0) {
    const shown = alike.slice(0, maxCandidates);
    const candidates = shown.map((row) => shortName(row, alike));
    return new ToolError({
      code: 'contract_not_found',
      message: `${asked} does not exist; there is ${shown.map(labelOf).join('; ')}.`.slice(0, 2_000),
      nextStep: candidates.length === 1 ? `Did you mean ${candidates[0]}?` : 'Call again with one of the candidates.',
      candidates,
    });
  }
  if (resembling.length > 0) return namedAlike(text, resembling);
  const numeric = query.conId !== undefined && query.symbol === undefined;
  return new ToolError({
    code: 'contract_not_found',
    message: `IB knows no instrument ${asked}.`,
    nextStep: numeric
      ? 'A bare number is a conId; a numeric stock symbol needs its currency or exchange, like 700.HKD.'
      : 'Check symbol, exchange, currency and expiry, or find it with search_contracts.',
  });
}

/** The refusal of a name of a company, or of a misspelt symbol, with what IB's search makes of it. */
function namedAlike(text: string, found: readonly ContractDescription[]): ToolError {
  const contracts = found.flatMap(({ contract }) => (contract ? [contract] : [])).slice(0, maxCandidates);
  const candidates = namesOf(contracts);
  const labels = contracts.map(({ description, primaryExch, currency }, index) =>
    [candidates[index], description && `(${description})`, primaryExch, currency].filter(Boolean).join(' '),
  );
  const several = candidates.length > 1;
  return new ToolError({
    code: several ? 'ambiguous_contract' : 'contract_not_found',
    message: `“${text.slice(0, 60)}” is no symbol of IB; its search finds: ${labels.join('; ')}.`.slice(0, 2_000),
    nextStep: several ? 'Call again with one of the candidates.' : `Did you mean ${candidates[0]}?`,
    candidates,
  });
}

/** Contract strings that tell these apart. */
function namesOf(contracts: readonly Contract[]): string[] {
  const short = contracts.map((contract) => contractString(contract));
  return short.map((name, index) =>
    short.filter((other) => other === name).length === 1 ? name : contractString(contracts[index] as Contract, 'conId'),
  );
}

/** Those of some matches whose symbol, or a word of whose name, is a slip of the pen away from a word. */
export function slipsOf(word: string, matches: readonly ContractDescription[]): readonly ContractDescription[] {
  const wanted = word.toUpperCase();
  const far = (other: string): number => distance(wanted, other.toUpperCase());
  const nearest = ({ contract }: ContractDescription): number =>
    Math.min(
      ...[contract?.symbol ?? '', ...(contract?.description ?? '').split(/[^\p{L}\p{N}]+/u)].filter(Boolean).map(far),
    );
  return matches
    .map((match) => ({ match, off: nearest(match) }))
    .filter(({ off }) => off <= Math.max(1, Math.floor(wanted.length / 4)))
    .sort((a, b) => a.off - b.off)
    .map(({ match }) => match);
}

function labelOf({ contract, longName }: ContractDetails): string {
  return [
    contract.localSymbol || contract.symbol,
    longName,
    contract.primaryExch || contract.exchange,
    contract.currency,
  ]
    .filter(Boolean)
    .join(' ');
}

function shortName(row: ContractDetails, rows: readonly ContractDetails[]): string {
  const short = instrumentString(row);
  const alone = rows.filter((other) => instrumentString(other) === short).length === 1;
  return alone ? short : instrumentString(row, 'full');
}

/** The shortest string that means this row alone among all that were found. */
function candidate(row: ContractDetails, rows: readonly ContractDetails[]): string {
  for (const detail of ['short', 'currency', 'exchange', 'full'] satisfies Detail[]) {
    const text = instrumentString(row, detail);
    const query = parseContract(text);
    const like = rows.filter(({ contract }) => sameTerms(contract, query));
    const open = detail === 'short' && query.secType === 'STK' && query.currency === undefined;
    const decisive = !open || (query.expiry ?? query.maturity);
    if (decisive && fitting(like, query).length === 1) return text;
  }
  return contractString(row.contract, 'conId');
}

function sameTerms(contract: Contract, query: ContractQuery): boolean {
  return (
    (query.secType === undefined || contract.secType === query.secType) &&
    (query.expiry === undefined || (contract.lastTradeDateOrContractMonth ?? '').startsWith(query.expiry)) &&
    (query.strike === undefined || contract.strike === query.strike) &&
    (query.right === undefined || contract.right === query.right)
  );
}
