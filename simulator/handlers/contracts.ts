import { expiriesOn, type OptionClass, optionClasses, strikesOf, underlyingOf } from '../market/derivatives.ts';
import type { Instrument } from '../market/instruments.ts';
import { isMarketRule, ladderOf } from '../market/rules.ts';
import { dayOf } from '../market/zone.ts';
import { sendDetails } from './contract-details.ts';
import { findInstruments, sendInvalid } from './contract-query.ts';
import type { Context, Handlers } from './handler.ts';
import { sendInSlices } from './long-answer.ts';

/** A row of symbol samples. Issuers of bonds have an id of their own and no contract. */
function sampleOf(instrument: Instrument) {
  const { bond } = instrument;
  return {
    conId: bond ? -1 : instrument.conId,
    symbol: instrument.symbol,
    secType: instrument.secType,
    primaryExchange: instrument.primaryExchange || (bond ? '' : instrument.validExchanges[0]),
    currency: instrument.currency,
    derivativeSecTypes: instrument.derivatives,
    description: bond?.issuer ?? instrument.longName,
    issuerId: bond?.issuerId ?? '',
  };
}

/** The expiries of a class that are on the underlying asked for. */
function expiriesFor({ world }: Context, optionClass: OptionClass, conId: number): readonly number[] {
  const expiries = expiriesOn(optionClass, world.today(), world.model);
  return optionClass.futures ? expiries.filter((day) => underlyingOf(optionClass, day).conId === conId) : expiries;
}

function sendOptionParameters(context: Context, reqId: number, conId: number, optionClass: OptionClass): void {
  const { session, world } = context;
  const expiries = expiriesFor(context, optionClass, conId);
  if (expiries.length === 0) return;
  const strikes = new Set(expiries.flatMap((expiry) => strikesOf(optionClass, expiry, world.model)));
  for (const exchange of optionClass.exchanges) {
    session.send('optionParameters', {
      reqId,
      exchange,
      underlyingConId: conId,
      tradingClass: optionClass.tradingClass,
      multiplier: optionClass.multiplier,
      expirations: expiries.map(dayOf),
      strikes: [...strikes].sort((a, b) => a - b),
    });
  }
}

export const contractHandlers: Handlers = {
  reqContractDetails(context, request) {
    const reqId = request.int('reqId');
    const found = findInstruments(context, request);
    if (found.length === 0) return;
    const exchange = request.text('exchange');
    sendInSlices(
      context,
      found,
      (instrument) => sendDetails(context, reqId, exchange, instrument),
      () => context.session.send('contractDataEnd', { reqId }),
    );
  },

  reqMatchingSymbols({ session, world }, request) {
    const contracts = world.catalogue.search(request.text('pattern')).map(sampleOf);
    session.send('symbolSamples', { reqId: request.int('reqId'), contracts });
  },

  reqSecDefOptParams(context, request) {
    const reqId = request.int('reqId');
    const conId = request.int('conId');
    // With an exchange named, options on futures are meant.
    const exchange = request.text('futFopExchange').toUpperCase();
    const classes = optionClasses.filter(({ futures, exchanges, underlying }) =>
      futures ? exchanges.includes(exchange) : exchange === '' && underlying.conId === conId,
    );
    for (const optionClass of classes) sendOptionParameters(context, reqId, conId, optionClass);
    context.session.send('optionParametersEnd', { reqId });
  },

  reqMarketRule(context, request) {
    const ruleId = request.int('ruleId');
    if (!isMarketRule(ruleId)) {
      sendInvalid(context, -1, `Invalid market rule id: ${ruleId}`);
      return;
    }
    context.session.send('marketRule', { ruleId, increments: ladderOf(ruleId).map((step) => ({ ...step })) });
  },
};
