import type { ErrorCode } from '../../shared/errors.ts';
import type { ToolDefinition } from '../../shared/tools/support/define.ts';

/** For the cases of tools: what there is of bad input, and which of it a tool has to be tried with. */

export interface BadInput {
  readonly what: string;
  readonly args: object;
  readonly code: ErrorCode;
  /** What the next step has to say. */
  readonly step: RegExp;
}

/** A request of a tool that IB refuses, in IB's words. */
export interface Refusal {
  readonly request: string;
  readonly code: number;
  readonly text: string;
  /** Arguments of the call, where those of a call that works do not ask for it. */
  readonly args?: object;
}

/** In IB's words. */
export const noHistory = 'Historical Market Data Service error message:No market data permissions for NYSE STK';
export const noQuotes = 'Requested market data is not subscribed.';
export const noNews = 'News feed is not allowed.';

export interface BadInputCase {
  /** Arguments with which the tool works. */
  readonly good: object;
  readonly bad: readonly BadInput[];
  /** The permission that the login may lack; `never` when it tells what every login may see. */
  readonly refused: Refusal | 'never';
  /** An instrument may be several to it. */
  readonly several?: true;
  /** It answers without a gateway, at least in part. */
  readonly offline?: true;
}

export const bad = (what: string, args: object, code: ErrorCode, step: RegExp): BadInput => ({
  what,
  args,
  code,
  step,
});
export const wrong = (what: string, args: object, step = /Correct the(m| arguments)/): BadInput =>
  bad(what, args, 'invalid_arguments', step);

/** Every way in which one instrument can be named badly. */
export function badContracts(
  rest: object,
  name: (contract: unknown) => object = (contract) => ({ contract }),
): BadInput[] {
  const named = (contract: unknown): object => ({ ...rest, ...name(contract) });
  return [
    bad('an unknown symbol', named('NOPE'), 'contract_not_found', /search_contracts/),
    bad('an unknown conId', named('1'), 'contract_not_found', /conId/),
    bad('the wrong exchange', named('AAPL@LSE'), 'contract_not_found', /mean AAPL\?/),
    bad('an expired option', named('AAPL 20200117 C 100'), 'contract_not_found', /expiry/),
    bad('an expired future', named('ES 202003'), 'contract_not_found', /candidates/),
    bad('a day that does not exist', named('SPY 20261399 C 600'), 'contract_not_found', /expiry/),
    wrong('what is no contract', named('A:B:C'), /Write it like/),
    wrong('an empty contract', named('')),
    wrong('a number', named(5)),
    wrong('nothing', named(null)),
  ];
}

/** Every way in which a combination can be none. */
export const badCombos = (rest: object = {}): BadInput[] =>
  ['AAPL - SPX:IND', 'AAPL - SHEL.GBP', 'AAPL + AAPL', 'AAPL - ES 202612'].map((combo) =>
    wrong(`the combination ${combo}`, { ...rest, contracts: [combo] }, /each leg/),
  );

export const ambiguous = (args: object): BadInput =>
  bad('an ambiguous contract', args, 'ambiguous_contract', /candidates/);

/** Every way in which the one instrument of a tool can be named badly. */
export const badContract = (rest: object = {}): BadInput[] => [
  ...badContracts(rest),
  wrong('a combination', { ...rest, contract: 'AAPL - MSFT' }, /Write it like/),
  ambiguous({ ...rest, contract: 'ES:FUT' }),
];

export const inList = (contract: unknown): object => ({ contracts: [contract] });

export const badAccount = (rest: object = {}): BadInput[] => [
  bad('an unknown account', { ...rest, account: 'DU9999999' }, 'account_not_found', /Use one of/),
  wrong('a number for an account', { ...rest, account: 5 }),
];

export const badModel: readonly BadInput[] = [
  wrong('a model that nobody has', { model: 'Growth' }, /Advisor Setup/),
  wrong('an empty model', { model: '' }),
];

export const badCursor = (rest: object = {}): BadInput =>
  wrong('a foreign cursor', { ...rest, cursor: 'AAAA' }, /leave the cursor out/);
export const badLimit = (limit: number, rest: object = {}): BadInput[] => [
  wrong('too much at once', { ...rest, limit }),
  wrong('none at all', { ...rest, limit: 0 }),
];
export const stranger = (rest: object = {}, step?: RegExp): BadInput =>
  wrong('an unknown argument', { ...rest, colour: 'red' }, step);

/** A length of time that cannot be. */
export const impossible = (argument: string, args: object, step?: RegExp): BadInput =>
  wrong(`an impossible ${argument}`, args, step);

/** The rows about how an instrument is named. */
const instrumentRows: readonly string[] = [
  'an unknown symbol',
  'an unknown conId',
  'the wrong exchange',
  'an expired option',
  'an expired future',
  'what is no contract',
];

const lengthsOfTime: readonly string[] = ['duration', 'period', 'bar_size', 'days', 'seconds'];

/** The names of the rows that apply to a tool, as its arguments tell. */
export function rowsOf({ input }: ToolDefinition, { several }: Pick<BadInputCase, 'several'>): string[] {
  const takes = new Set(Object.keys(input.shape));
  const instrument = takes.has('contract') || takes.has('contracts');
  return [
    'an unknown argument',
    ...(instrument ? instrumentRows : []),
    ...(instrument && !several ? ['an ambiguous contract'] : []),
    ...(takes.has('account') ? ['an unknown account'] : []),
    ...(takes.has('cursor') ? ['a foreign cursor'] : []),
    ...(takes.has('limit') ? ['too much at once', 'none at all'] : []),
    ...lengthsOfTime.filter((name) => takes.has(name)).map((name) => `an impossible ${name}`),
  ];
}

/**
 * The rows about instruments of a tool that the user's Home carries out; how wrong types are read is the same for all
 * tools and tested with the others.
 */
export function badInstruments(rest: object, name?: (contract: unknown) => object): BadInput[] {
  return badContracts(rest, name).filter(({ what }) => instrumentRows.includes(what));
}
