import { Decimal } from 'decimal.js';
import { omitUndefined } from '../../../shared/values.ts';
import { Semaphore } from '../../async/semaphore.ts';
import type { AccountValues } from '../../gateway/accounts/account-values.ts';
import type { PortfolioItem } from '../../gateway/accounts/accounts.ts';
import type { Position } from '../../gateway/accounts/position.ts';
import type { Instrument } from '../../gateway/contracts/instrument.ts';
import { contractString } from '../../gateway/contracts/naming.ts';
import { pointValueOf } from '../../gateway/contracts/price-unit.ts';
import { parseNumber } from '../../gateway/numbers.ts';
import { sum } from '../../portfolio/allocation.ts';
import { countryOf } from '../../portfolio/country.ts';
import { type CurrencyFunds, type Holding, isOption, type PositionGreeks } from '../../portfolio/holdings.ts';
import { bySize } from '../../portfolio/risk.ts';
import { baseCurrency, exchangeRates } from './currencies.ts';
import { optional } from './optional.ts';
import { quoteOptions } from './options.ts';
import type { Quote } from './quote.ts';
import type { ToolContext } from './tool.ts';

/** Instruments whose details one call reads, and options whose Greeks it reads; the largest positions come first. */
export const limits = { details: 600, greeks: 250 } as const;
/** Few enough to leave room for what others ask. */
const detailsAtOnce = 10;
const detailsPatienceMs = 20_000;
const unknown = 'unknown';

/** A position with what IB's account window says about it. */
export interface ReadPosition {
  readonly position: Position;
  readonly item: PortfolioItem | undefined;
  readonly values: AccountValues | undefined;
  /** Market value in the position's currency, from wherever IB tells it. */
  readonly marketValue: number | undefined;
}

interface SizedPosition extends ReadPosition {
  readonly conId: number;
  readonly rate: number | undefined;
  readonly worth: Decimal | undefined;
}

/** Completes positions with what their instruments are, and options with their Greeks if wanted; reports progress. */
export async function readHoldings(
  read: readonly ReadPosition[],
  withGreeks: boolean,
  context: ToolContext,
): Promise<Holding[]> {
  const positions = read.map(sized);
  const details = await detailsOf(positions, context);
  const options = positions.filter(({ position }) => isOption({ kind: String(position.contract.secType ?? '') }));
  const greeks = withGreeks ? await greeksOf(options, details, context) : new Map<number, PositionGreeks>();
  return positions.map((position) => holdingOf(position, details, greeks));
}

function sized(read: ReadPosition): SizedPosition {
  const { position, values, marketValue } = read;
  const rate = exchangeRates(values).get(position.contract.currency ?? '');
  const worth = rate === undefined || marketValue === undefined ? undefined : new Decimal(marketValue).mul(rate);
  return { ...read, conId: position.contract.conId ?? 0, rate, worth };
}

/** What is looked at by its underlying. Futures are not: each month has a price of its own. */
const isDerived = (kind: string): boolean => isOption({ kind }) || kind === 'CFD';

type Details = ReadonlyMap<number, Instrument>;

/** The details of all instruments, then of what options and CFDs are on. What IB does not tell is left out. */
async function detailsOf(positions: readonly SizedPosition[], context: ToolContext): Promise<Details> {
  const details = new Map<number, Instrument>();
  const own = [...new Set(bySize(positions).map(({ conId }) => conId))].slice(0, limits.details);
  await lookUp(own, details, context);
  const underlyings = [...details.values()]
    .filter(({ secType }) => isDerived(secType))
    .flatMap(({ details: { underConId } }) => underConId || []);
  await lookUp(
    [...new Set(underlyings)].filter((conId) => !details.has(conId)),
    details,
    context,
  );
  return details;
}

async function lookUp(conIds: readonly number[], found: Map<number, Instrument>, context: ToolContext): Promise<void> {
  const room = new Semaphore(detailsAtOnce);
  let done = 0;
  const one = async (conId: number): Promise<void> => {
    const find = (signal: AbortSignal) => context.gateway.contracts.resolve(String(conId), signal);
    const instrument = await optional(`details of ${conId}`, find, context, detailsPatienceMs);
    if (instrument) found.set(conId, instrument);
    done += 1;
    context.progress(done, conIds.length, `details of ${done} of ${conIds.length} instruments`);
  };
  await Promise.all(conIds.map((conId) => room.run(() => one(conId), context.signal)));
}

async function greeksOf(
  positions: readonly SizedPosition[],
  details: Details,
  context: ToolContext,
): Promise<Map<number, PositionGreeks>> {
  const conIds = [...new Set(bySize(positions).map(({ conId }) => conId))];
  const options = conIds.flatMap((conId) => details.get(conId) ?? []).slice(0, limits.greeks);
  const quotes = await quoteOptions(options, context);
  const greeks = new Map<number, PositionGreeks>();
  for (const [index, option] of options.entries()) {
    const known = knownGreeks(quotes[index]);
    if (known) greeks.set(option.conId, known);
  }
  return greeks;
}

/** A quote's Greeks when they are complete enough to add up. */
function knownGreeks(quote: Quote | undefined): PositionGreeks | undefined {
  const { delta, gamma, theta, vega, underlying } = quote?.greeks ?? {};
  if (delta === undefined || gamma === undefined || underlying === undefined) return undefined;
  return { delta, gamma, theta: theta ?? 0, vega: vega ?? 0, underlying };
}

function holdingOf(read: SizedPosition, details: Details, greeks: ReadonlyMap<number, PositionGreeks>): Holding {
  const { position, item, conId, rate, worth } = read;
  const { contract, account, quantity } = position;
  const kind = String(contract.secType ?? '');
  const own = details.get(conId);
  const underlying = isDerived(kind) ? details.get(own?.details.underConId ?? 0) : undefined;
  const name = contractString(contract);
  return omitUndefined({
    account,
    conId,
    contract: name,
    kind,
    quantity,
    pointValue: own ? pointValueOf(own.details) : Number(contract.multiplier) || 1,
    currency: contract.currency ?? '',
    rate: rate ?? 0,
    worth,
    unrealized:
      rate === undefined || item?.unrealized === undefined ? undefined : new Decimal(item.unrealized).mul(rate),
    sector: own?.details.industry || underlying?.details.industry || unknown,
    country: countryOfInstrument(underlying ?? own),
    underlying: underlying ? { conId: underlying.conId, contract: underlying.name } : { conId, contract: name },
    greeks: greeks.get(conId),
  });
}

function countryOfInstrument(instrument: Instrument | undefined): string {
  if (!instrument) return unknown;
  const { contract, secIdList } = instrument.details;
  const isin = secIdList?.find(({ tag }) => tag === 'ISIN')?.value;
  return countryOf(isin, contract.primaryExch || contract.exchange);
}

/** Interest and dividends that are due and not paid, in base currency. */
export function accruedIn(values: AccountValues | undefined): Decimal {
  return dueIn(values, 'BASE') ?? decimalAt(values, 'AccruedCash').plus(decimalAt(values, 'AccruedDividend'));
}

/** Cash and accruals by currency, in base currency. */
export function fundsOf(values: AccountValues | undefined): CurrencyFunds[] {
  const rates = exchangeRates(values);
  const base = baseCurrency(values);
  const cashTag = values?.has('TotalCashBalance') ? 'TotalCashBalance' : 'CashBalance';
  const currencies = [...(values?.get('CashBalance')?.keys() ?? [])].filter((code) => code !== '' && code !== 'BASE');
  const converted = (amount: Decimal | undefined, currency: string) =>
    (amount ?? new Decimal(0)).mul(rates.get(currency) ?? 0);
  const funds = currencies.map((currency) => ({
    currency,
    cash: converted(amountAt(values, cashTag, currency), currency),
    accrued: converted(dueIn(values, currency), currency),
  }));
  // The whole account's accruals bear the same name as the base currency's own, so those are what the others leave.
  const foreign = sum(funds.flatMap(({ currency, accrued }) => (currency === base ? [] : [accrued])));
  return funds.map((fund) => (fund.currency === base ? { ...fund, accrued: accruedIn(values).minus(foreign) } : fund));
}

function amountAt(values: AccountValues | undefined, tag: string, currency: string): Decimal | undefined {
  const amount = parseNumber(values?.get(tag)?.get(currency));
  return amount === undefined ? undefined : new Decimal(amount);
}

const decimalAt = (values: AccountValues | undefined, tag: string): Decimal =>
  amountAt(values, tag, baseCurrency(values) ?? '') ?? new Decimal(0);

/** A ledger row's accruals; undefined without such a row. */
function dueIn(values: AccountValues | undefined, currency: string): Decimal | undefined {
  const interest = amountAt(values, 'AccruedCash', currency);
  const dividends = amountAt(values, 'NetDividend', currency);
  return interest || dividends ? sum([interest, dividends].flatMap((amount) => amount ?? [])) : undefined;
}
