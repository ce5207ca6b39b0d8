import { expiriesOn, optionClasses, strikesOf } from '../market/derivatives.ts';
import type { Instrument } from '../market/instruments.ts';
import { isMarketRule, marketRules } from '../market/rules.ts';
import { dayOf } from '../market/zone.ts';
import { contractFields, findInstruments } from './contract-query.ts';
import type { Context, Handlers } from './handler.ts';

/** Trading hours are given for this many days ahead. */
const DAYS_OF_HOURS = 6;

function sendDetails({ session, world }: Context, reqId: number, exchange: string, instrument: Instrument): void {
  const schedule = world.model.schedule(instrument);
  const today = schedule.zone.day(world.now());
  const increments = marketRules[instrument.rule];
  const { underlying } = instrument;
  session.send('contractData', {
    ...contractFields(instrument),
    reqId,
    lastTradeDate: instrument.expiry,
    exchange: exchange || instrument.validExchanges[0],
    marketName: instrument.marketName,
    minTick: Math.min(...increments.map(({ increment }) => increment)),
    orderTypes: instrument.orderTypes,
    validExchanges: instrument.validExchanges.join(','),
    priceMagnifier: 1,
    underConId: underlying?.conId ?? 0,
    longName: instrument.longName,
    primaryExchange: instrument.primaryExchange,
    contractMonth: instrument.expiry?.slice(0, 6),
    industry: instrument.industry,
    category: instrument.category,
    subcategory: instrument.subcategory,
    timeZoneId: schedule.zone.name,
    tradingHours: schedule.hoursText(today, DAYS_OF_HOURS, false),
    liquidHours: schedule.hoursText(today, DAYS_OF_HOURS, true),
    evMultiplier: 0,
    secIds: instrument.isin ? [{ tag: 'ISIN', value: instrument.isin }] : [],
    aggGroup: instrument.secType === 'FUT' || instrument.secType === 'CONTFUT' ? 2147483647 : 1,
    underSymbol: underlying?.symbol,
    underSecType: underlying?.secType,
    marketRuleIds: instrument.validExchanges.map(() => instrument.rule).join(','),
    realExpirationDate: instrument.expiry,
    stockType: instrument.stockType,
    minSize: instrument.minSize,
    sizeIncrement: instrument.sizeIncrement,
    suggestedSizeIncrement: instrument.suggestedSizeIncrement,
    mdSizeMultiplier: 1,
  });
}

export const contractHandlers: Handlers = {
  reqContractDetails(context, request) {
    const reqId = request.int('reqId');
    const found = findInstruments(context, request);
    for (const instrument of found) sendDetails(context, reqId, request.text('exchange'), instrument);
    if (found.length > 0) context.session.send('contractDataEnd', { reqId });
  },

  reqMatchingSymbols({ session, world }, request) {
    const contracts = world.catalogue.search(request.text('pattern')).map((instrument) => ({
      conId: instrument.conId,
      symbol: instrument.symbol,
      secType: instrument.secType,
      primaryExchange: instrument.primaryExchange,
      currency: instrument.currency,
      derivativeSecTypes: instrument.derivatives,
      description: instrument.longName,
      issuerId: '',
    }));
    session.send('symbolSamples', { reqId: request.int('reqId'), contracts });
  },

  reqSecDefOptParams({ session, world }, request) {
    const reqId = request.int('reqId');
    const conId = request.int('conId');
    // With an exchange named, the gateway looks for options on futures, and there are none here.
    const classes = request.text('futFopExchange') === '' ? optionClasses : [];
    for (const optionClass of classes.filter(({ underlying }) => underlying.conId === conId)) {
      const expiries = expiriesOn(optionClass, world.today(), world.model);
      const strikes = new Set(expiries.flatMap((expiry) => strikesOf(optionClass, expiry, world.model)));
      for (const exchange of optionClass.exchanges) {
        session.send('optionParameters', {
          reqId,
          exchange,
          underlyingConId: conId,
          tradingClass: optionClass.tradingClass,
          multiplier: 100,
          expirations: expiries.map(dayOf),
          strikes: [...strikes].sort((a, b) => a - b),
        });
      }
    }
    session.send('optionParametersEnd', { reqId });
  },

  reqMarketRule({ session }, request) {
    const ruleId = request.int('ruleId');
    if (!isMarketRule(ruleId)) {
      session.sendError(-1, 321, `Error validating request.-'bN' : cause - Invalid market rule id: ${ruleId}`);
      return;
    }
    session.send('marketRule', { ruleId, increments: marketRules[ruleId].map((step) => ({ ...step })) });
  },
};
