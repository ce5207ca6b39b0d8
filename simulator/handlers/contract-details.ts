import { contractFields } from '../contracts/contract-request.ts';
import type { Instrument } from '../market/instruments.ts';
import { lastTradeText } from '../market/last-trading.ts';
import { tradedUntil } from '../market/quotes.ts';
import { magnifierOf, minTickOf } from '../market/rules.ts';
import type { Context } from './handler.ts';

/** Trading hours are given for this many days ahead. */
const daysOfHours = 6;

/** Groups of contracts whose market data is added up; the highest 32-bit number stands for none. */
const noGroup = 2_147_483_647;
const aggregationGroups: Readonly<Partial<Record<Instrument['secType'], number>>> = {
  STK: 1,
  CFD: 1,
  IND: 1,
  OPT: 2,
  CASH: 4,
  BOND: 6,
};

function sharedFields({ world }: Context, reqId: number, exchange: string, instrument: Instrument) {
  const schedule = world.model.schedule(instrument);
  const today = schedule.zone.day(world.now());
  // What has expired trades no more.
  const days = tradedUntil(world.model, instrument) > world.now() ? daysOfHours : 0;
  return {
    ...contractFields(instrument),
    reqId,
    exchange: exchange || instrument.validExchanges[0],
    marketName: instrument.marketName,
    minTick: minTickOf(instrument.rule),
    orderTypes: instrument.orderTypes,
    validExchanges: instrument.validExchanges.join(','),
    longName: instrument.longName,
    timeZoneId: schedule.zone.name,
    tradingHours: schedule.hoursText(today, days, false),
    liquidHours: schedule.hoursText(today, days, true),
    secIds: secIdsOf(instrument),
    aggGroup: aggregationGroups[instrument.secType] ?? noGroup,
    marketRuleIds: instrument.validExchanges.map((venue) => ruleAt(instrument, venue)).join(','),
    minSize: instrument.minSize,
    sizeIncrement: instrument.sizeIncrement,
    suggestedSizeIncrement: instrument.suggestedSizeIncrement,
    mdSizeMultiplier: 1,
  };
}

const pennies = 32;
const nickels = 109;
/** The exchanges at which options of the penny program have their finer ticks; at the others they have the usual ones. */
const pennyVenues: ReadonlySet<string> = new Set(['SMART', 'NASDAQOM', 'NASDAQBX']);

/** The market rule of an instrument at an exchange, as a capture of AAPL's options has them (server version 200). */
const ruleAt = ({ rule }: Instrument, venue: string): number =>
  rule === pennies && !pennyVenues.has(venue) ? nickels : rule;

function secIdsOf({ isin, bond }: Instrument): { tag: string; value: string }[] {
  return [...(bond ? [{ tag: 'CUSIP', value: bond.cusip }] : []), ...(isin ? [{ tag: 'ISIN', value: isin }] : [])];
}

function fundFields({ fund, longName }: Instrument) {
  if (!fund) return {};
  return {
    fundName: longName,
    fundFamily: fund.fundFamily,
    fundType: fund.fundType,
    fundFrontLoad: '0',
    fundBackLoad: '0',
    fundBackLoadTimeInterval: '',
    fundManagementFee: fund.managementFee,
    fundClosed: false,
    fundClosedForNewInvestors: false,
    fundClosedForNewMoney: false,
    fundNotifyAmount: fund.notifyAmount,
    fundMinimumInitialPurchase: fund.minimumInitialPurchase,
    fundSubsequentMinimumPurchase: fund.minimumSubsequentPurchase,
    fundBlueSkyStates: 'ALL',
    fundBlueSkyTerritories: 'PR,VI,GU',
    fundDistributionPolicyIndicator: fund.distributionPolicy,
    fundAssetType: fund.assetType,
  };
}

/** What keeps an account from trading it: shares quoted over the counter without a prospectus. */
function ineligibilityReasons({ primaryExchange }: Instrument): { id: string; description: string }[] {
  return primaryExchange === 'PINK'
    ? [{ id: 'OTC_PERMISSION', description: 'Trading of unlisted securities requires additional permissions.' }]
    : [];
}

const isFuture = ({ secType }: Instrument): boolean => secType === 'FUT' || secType === 'CONTFUT';

/** What is not said of derivatives, although their underlying has it. */
const ofItsOwn = ({ primaryExchange, industry, category, subcategory }: Instrument) => ({
  primaryExchange,
  industry,
  category,
  subcategory,
});

/** How the gateway names an underlying: futures by the month, the rest by their symbol. */
const underlyingName = ({ secType, symbol, localSymbol }: Instrument): string =>
  secType === 'FUT' ? localSymbol : symbol;

function sendBond(context: Context, reqId: number, exchange: string, instrument: Instrument): void {
  const { bond } = instrument;
  if (!bond) return;
  const { longName, ...shared } = sharedFields(context, reqId, exchange, instrument);
  context.session.send('bondData', {
    ...shared,
    longName,
    cusip: bond.cusip,
    coupon: bond.coupon,
    maturity: bond.maturity,
    issueDate: bond.issued,
    ratings: bond.ratings,
    bondType: bond.bondType,
    couponType: 'FIXED',
    convertible: false,
    callable: bond.callable,
    putable: false,
    descAppend: bond.description,
  });
}

/** Sends the details of one contract, in the message of its kind. `exchange` is the one that was asked for, if any. */
export function sendDetails(context: Context, reqId: number, exchange: string, instrument: Instrument): void {
  if (instrument.bond) {
    sendBond(context, reqId, exchange, instrument);
    return;
  }
  const { underlying, expiry } = instrument;
  context.session.send('contractData', {
    ...sharedFields(context, reqId, exchange, instrument),
    ...fundFields(instrument),
    lastTradeDate: instrument.lastTradeDay ?? expiry,
    priceMagnifier: magnifierOf(instrument.rule),
    underConId: underlying?.conId ?? 0,
    contractMonth: instrument.contractMonth ?? expiry?.slice(0, 6),
    ...(underlying ? {} : ofItsOwn(instrument)),
    ...(isFuture(instrument) ? { lastTradeDateOrContractMonth: lastTradeText(context.world.model, instrument) } : {}),
    underSymbol: underlying && underlyingName(underlying),
    underSecType: underlying?.secType,
    realExpirationDate: expiry,
    stockType: instrument.stockType,
    ineligibilityReasons: ineligibilityReasons(instrument),
  });
}
