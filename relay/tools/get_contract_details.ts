import type { ContractDetails } from '@stoqey/ib';
import { getContractDetails } from '../../shared/tools/get_contract_details.ts';
import { omitUndefined } from '../../shared/values.ts';
import { contractMonthOf } from '../gateway/contracts/contract-month.ts';
import type { Instrument } from '../gateway/contracts/instrument.ts';
import { marketRulesOf } from '../gateway/contracts/market-rules.ts';
import { incrementsInQuotes, magnifierOf, priceUnitOf, tickInQuotes } from '../gateway/contracts/price-unit.ts';
import { known } from '../gateway/numbers.ts';
import { comingSessions } from '../gateway/time/hours.ts';
import { itemError } from './support/item-error.ts';
import { executorOf, type ToolContext } from './support/tool.ts';

/** Expiries of one underlying, and bonds of one issuer, that are listed at most. */
const maxListed = 60;

export const getContractDetailsExecutor = executorOf(getContractDetails, async (args, context) => {
  const settled = await Promise.all(
    args.contracts.map(async (text) => {
      try {
        return { found: await find(text, context) };
      } catch (error) {
        return { failed: itemError(text, error, context) };
      }
    }),
  );
  const errors = settled.flatMap((item) => (item.failed ? [item.failed] : []));
  const instruments = settled.flatMap((item) => item.found ?? []);
  return {
    contracts: await Promise.all(instruments.map((instrument) => describe(instrument, context))),
    ...(errors.length > 0 ? { errors } : {}),
  };
});

/** One instrument; for futures without an expiry and issuers of bonds all of them, nearest first. */
async function find(text: string, { gateway, signal }: ToolContext): Promise<Instrument[]> {
  const all = await gateway.contracts.resolveAll(text, signal);
  const listable = all.every(({ secType }) => secType === 'FUT') || all.every(({ secType }) => secType === 'BOND');
  return listable && all.length > 1 ? all.slice(0, maxListed) : [await gateway.contracts.resolve(text, signal)];
}

async function describe(instrument: Instrument, context: ToolContext) {
  const { details, marketZone } = instrument;
  const { contract } = details;
  const now = context.gateway.serverTime();
  const sessions = (hours: string | undefined) =>
    // What has expired has no hours.
    instrument.contract.includeExpired ? [] : comingSessions(hours, marketZone, now);
  const liquidHours = sessions(details.liquidHours);
  const tradingHours = sessions(details.tradingHours);
  const right = contract.right as string | undefined;
  const side: 'C' | 'P' | undefined = right === 'C' || right === 'P' ? right : undefined;
  const minTick = known(details.minTick);
  return omitUndefined({
    conId: instrument.conId,
    contract: instrument.name,
    symbol: contract.symbol ?? '',
    localSymbol: contract.localSymbol || undefined,
    secType: instrument.secType,
    name: details.longName || undefined,
    exchange: instrument.contract.exchange ?? '',
    primaryExchange: contract.primaryExch || undefined,
    currency: instrument.currency,
    priceUnit: priceUnitOf(instrument),
    priceMagnifier: magnifierOf(details) === 1 ? undefined : magnifierOf(details),
    multiplier: contract.multiplier || undefined,
    tradingClass: contract.tradingClass || undefined,
    expiry: isoDay(contract.lastTradeDateOrContractMonth),
    ...monthsOf(instrument),
    strike: side ? known(contract.strike) : undefined,
    right: side,
    underlyingConId: details.underConId || undefined,
    isin: securityId(details, 'ISIN'),
    cusip: details.cusip || securityId(details, 'CUSIP'),
    ...(instrument.secType === 'BOND' ? bondTerms(details) : {}),
    stockType: details.stockType || undefined,
    industry: details.industry || undefined,
    category: details.category || undefined,
    subcategory: details.subcategory || undefined,
    timeZone: marketZone ?? 'unknown',
    liquidHours: liquidHours.length > 0 ? liquidHours : undefined,
    tradingHours: tradingHours.length > 0 ? tradingHours : undefined,
    minTick: minTick === undefined ? undefined : tickInQuotes(minTick, details),
    priceIncrements: await priceIncrements(instrument, context),
    minSize: known(details.minSize),
    sizeIncrement: known(details.sizeIncrement),
    orderTypes: listOf(details.orderTypes),
    exchanges: listOf(details.validExchanges),
  });
}

function monthsOf({ details, secType, contract, successor }: Instrument) {
  const month = secType === 'FUT' || secType === 'CONTFUT' ? contractMonthOf(details) : undefined;
  return {
    contractMonth: month && `${month.slice(0, 4)}-${month.slice(4)}`,
    expired: contract.includeExpired ? true : undefined,
    next: successor,
  };
}

function securityId({ secIdList }: ContractDetails, type: 'ISIN' | 'CUSIP'): string | undefined {
  return secIdList?.find(({ tag }) => tag === type)?.value || undefined;
}

/** What IB tells of a bond. Without a maturity it tells nothing, and its zeros mean nothing. */
function bondTerms(details: ContractDetails) {
  if (!details.maturity) return {};
  return {
    coupon: known(details.coupon),
    couponType: details.couponType || undefined,
    maturity: isoDay(details.maturity),
    issued: isoDay(details.issueDate),
    ratings: details.ratings || undefined,
    bondType: details.bondType || undefined,
    callable: details.callable,
    putable: details.putable,
    convertible: details.convertible,
    nextOption: isoDay(details.nextOptionDate),
    nextOptionType: details.nextOptionType || undefined,
    notes: details.notes || undefined,
  };
}

/** The increments at the exchange that orders are routed to; without an answer the details stand alone. */
async function priceIncrements(instrument: Instrument, { gateway, signal, logger }: ToolContext) {
  const rules = marketRulesOf(instrument);
  const id = rules.get(instrument.contract.exchange ?? '') ?? [...rules.values()][0];
  if (id === undefined) return undefined;
  try {
    return incrementsInQuotes(await gateway.contracts.marketRule(id, signal), instrument.details);
  } catch (error) {
    signal.throwIfAborted();
    logger.warn({ err: error, id }, 'no market rule');
    return undefined;
  }
}

function isoDay(text: string | undefined): string | undefined {
  if (!text) return undefined;
  const day = /^(\d{4})(\d{2})(\d{2})/.exec(text);
  return day ? `${day[1]}-${day[2]}-${day[3]}` : text;
}

function listOf(text: string | undefined): string[] | undefined {
  const items = (text ?? '').split(',').filter((item) => item !== '');
  return items.length > 0 ? items : undefined;
}
