import type { ErrorCode, ToolErrorData } from '../../../shared/errors.ts';
import { type OrderCode, orderCodes } from '../../../shared/orders/codes.ts';
import { competedProblem } from './connectivity-problems.ts';

/**
 * What one IB code means. `info` is state and `warning` an advisory: the request goes on. `failure` ends it with a code
 * of our taxonomy. `order` is about an order, and `order.fate` says what it does to it.
 */
export type CodeMeaning =
  | { readonly class: 'info' | 'warning' }
  | { readonly class: 'order'; readonly order: OrderCode }
  | {
      readonly class: 'failure';
      readonly code: ErrorCode;
      /** Our sentence; IB's own text follows where it adds anything. */
      readonly sentence?: string;
      readonly nextStep?: string;
    };

type RequestMeaning = Exclude<CodeMeaning, { readonly class: 'order' }>;

const failure = (code: ErrorCode, sentence?: string, nextStep?: string): RequestMeaning => ({
  class: 'failure',
  code,
  ...(sentence === undefined ? {} : { sentence }),
  ...(nextStep === undefined ? {} : { nextStep }),
});

const subscribe = 'Subscribe to the market data in IB’s Client Portal, or use delayed data.';
const subscribeNews =
  'Subscribe in IB’s Client Portal: Settings → Market Data Subscriptions → News and Research; choose what includes the API.';
const enableApi = 'In IB Gateway check Configure → API → Settings, and that this machine is a trusted address.';

const calendarBusy = failure('busy', 'The calendar is answering another question.', 'Try again in a few seconds.');

const competing = failure('not_subscribed', competedProblem.problem, competedProblem.nextStep);

/** What to do where a code's own meaning does not say. */
const usualSteps: Partial<Record<ErrorCode, string>> = {
  invalid_arguments: 'Correct the arguments and call again.',
  no_data: 'Try another period, exchange or kind of data.',
  not_subscribed: subscribe,
  gateway_disconnected: 'get_status says what is wrong and what to do.',
  ib_error: 'Change what IB’s words name, or try again later; get_status says whether the connection is well.',
};

const meanings: ReadonlyMap<number, CodeMeaning> = new Map<number, CodeMeaning>([
  [100, failure('pacing', 'IB received too many messages per second.', 'Wait a few seconds, then try again.')],
  [
    101,
    failure(
      'busy',
      'All market-data lines are in use.',
      'Try again, or ask for fewer instruments at once; more lines can be bought.',
    ),
  ],
  [102, failure('ib_error', 'IB saw the same request id twice.')],
  [165, { class: 'warning' }],
  [200, failure('contract_not_found', 'No instrument matches.', 'Find it with search_contracts.')],
  [300, { class: 'info' }],
  [310, { class: 'info' }],
  [316, { class: 'warning' }],
  [317, { class: 'warning' }],
  [321, failure('invalid_arguments', 'IB cannot validate the request.')],
  [322, failure('busy', 'IB refuses another request of this kind.', 'Wait a minute, then try again.')],
  [326, failure('gateway_disconnected', 'The client id is in use by another program.')],
  [354, failure('not_subscribed', 'The login has no subscription to this market data.', subscribe)],
  [366, failure('ib_error', 'IB no longer knows this history request.', 'Try again.')],
  [420, failure('not_subscribed', 'The login has no permission for this real-time data.', subscribe)],
  [
    430,
    failure(
      'no_data',
      'IB has no such report about this instrument.',
      'Try another report, or leave it out: ratios and dividends come with the quotes. Newer gateways have fewer reports.',
    ),
  ],
  [502, failure('gateway_disconnected', 'IB Gateway cannot be reached.', enableApi)],
  [503, failure('gateway_disconnected', 'IB Gateway is too old.', 'Update IB Gateway.')],
  [504, failure('gateway_disconnected', 'The connection to IB Gateway is down.', 'Try again in a minute.')],
  [506, failure('gateway_disconnected', 'IB Gateway answers in an unknown version of its protocol.')],
  [1100, failure('gateway_disconnected', 'IB Gateway lost its connection to IB.', 'Wait: it reconnects by itself.')],
  [10089, failure('not_subscribed', 'This market data needs an extra subscription for the API.', subscribe)],
  [10090, { class: 'warning' }],
  [10091, failure('not_subscribed', 'Part of this market data needs an extra subscription.', subscribe)],
  [
    10092,
    failure(
      'no_data',
      'There is no order book for this instrument there.',
      'Name another exchange, or another kind of instrument: indices and funds have no book.',
    ),
  ],
  [10167, { class: 'warning' }],
  [10168, failure('not_subscribed', 'Not subscribed, and delayed market data is switched off.', subscribe)],
  [10182, failure('gateway_interrupted', 'Live updates were dropped.', 'Try again.')],
  [10186, failure('not_subscribed', 'Not subscribed, and there is no delayed data for it.', subscribe)],
  [10189, failure('not_subscribed', 'The login has no permission for tick-by-tick data.', subscribe)],
  [10190, failure('busy', 'Too many tick-by-tick requests are under way.', 'Wait, then try again.')],
  [10197, competing],
  [10172, failure('no_data', 'IB has no such article.', 'Take provider and article id from get_news.')],
  [10276, failure('not_subscribed', 'This news feed is not on offer to the login.', subscribeNews)],
  [10277, failure('not_subscribed', 'The login is not subscribed to this news feed.', subscribeNews)],
  [10278, calendarBusy],
  [10279, failure('no_data', 'The calendar did not tell what it holds.', 'Try again in a minute.')],
  [10281, calendarBusy],
  [10282, failure('gateway_interrupted', 'The calendar has to be opened anew.', 'Try again.')],
  [10283, failure('invalid_arguments', 'The calendar cannot answer this.', 'Check types and dates.')],
  [10309, failure('invalid_arguments', 'The calendar cannot answer this.', 'Name at least one instrument.')],
  [10339, failure('invalid_arguments', 'A continuous future takes no end date.')],
  [10358, failure('not_subscribed', 'The login has no permission for fundamentals.', subscribeNews)],
]);

/** Refusals of history, whose text tells more than their code. */
const historyCodes: ReadonlySet<number> = new Set([162, 165, 10187, 10188]);
/** The words with which IB says that there is no such history. All others are failures: what exists may not have come. */
const nothingThere = /returned no data|no historical (market )?data(?! query)|no data of type|no head ?time ?stamp/i;

/** Refusals of market data that some gateways send although delayed data then comes. */
export const dataMayFollow: ReadonlySet<number> = new Set([354, 10089, 10091, 10197]);

/** What an IB code means. Unknown codes in the ranges that IB uses for notices are warnings, all others failures. */
export function meaningOf(code: number): CodeMeaning {
  const known = meanings.get(code);
  if (known) return known;
  const order = orderCodes.get(code);
  if (order) return { class: 'order', order };
  if (code >= 2100 && code < 2200) return { class: 'info' };
  return failure('ib_error');
}

/**
 * The error with which a request fails after this IB code, or undefined when the request goes on. The text decides where
 * one code means several things (162: pacing, no data, a missing permission). There is always something to do next.
 */
export function requestError(code: number, text: string): ToolErrorData | undefined {
  const said = historyCodes.has(code) ? historyMeaning(code, text) : meaningOf(code);
  const meaning = said.class === 'order' ? orderMeaning(said.order) : said;
  if (meaning.class !== 'failure') return undefined;
  const detail = text.replaceAll(/\s+/g, ' ').trim().slice(0, 500);
  const nextStep = meaning.nextStep ?? usualSteps[meaning.code];
  const message = [meaning.sentence, detail && (meaning.sentence ? `IB says: ${detail}` : detail)];
  return {
    code: meaning.code,
    message: message.filter(Boolean).join(' ') || `IB refused the request with code ${code}.`,
    ibCode: code,
    ...(nextStep === undefined ? {} : { nextStep }),
  };
}

/** What a code about orders means for a request that it names: what leaves an order as it is leaves the request, too. */
function orderMeaning({ fate, meaning }: OrderCode): RequestMeaning {
  return fate === 'alive' || fate === 'notice' ? { class: 'warning' } : failure('ib_error', meaning);
}

function historyMeaning(code: number, text: string): RequestMeaning {
  if (/pacing/i.test(text)) {
    return failure('pacing', 'IB’s limits for historical data were reached.', 'Wait a minute, or use larger bars.');
  }
  if (/permission|subscri/i.test(text)) {
    return failure(
      'not_subscribed',
      'The login may not see this history.',
      'Subscribe to the market data in IB’s Client Portal.',
    );
  }
  if (/different IP address/i.test(text)) return competing;
  if (/cancel/i.test(text)) return failure('ib_error', 'IB cancelled the history request.', 'Try again.');
  if (nothingThere.test(text)) return failure('no_data', 'IB has no such history.');
  if (code === 165) return { class: 'warning' };
  if (/connect|unavailable/i.test(text)) {
    return failure('ib_error', 'IB’s history servers are out of reach.', 'Try again in a minute.');
  }
  return failure('ib_error');
}

/** Whether the same history request may succeed a moment later: it failed, and not for what it asked. */
export function mayPass({ code, ibCode = 0 }: ToolErrorData): boolean {
  return (historyCodes.has(ibCode) || ibCode === 366) && code === 'ib_error';
}
