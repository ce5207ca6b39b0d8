import { Decimal } from 'decimal.js';
import type { Account, Holding } from './account.ts';
import type { AccountBook } from './book.ts';
import { shareOf } from './positions.ts';

/** The model that an advisor's first client has invested in. */
const growthModel = 'Growth';
/** How much of each stock, in whole shares, and of the dollars is in the model. */
const investedPart = 0.5;

/** What an account has in one model, or in none: then the code is empty. */
export interface ModelPart {
  readonly modelCode: string;
  readonly account: Account;
}

const divided = new WeakMap<Account, readonly ModelPart[]>();

/** An account by its models, first what is in none. The same value gives the same parts. */
export function partsOf({ advisor }: Pick<AccountBook, 'advisor'>, account: Account): readonly ModelPart[] {
  if (advisor?.clients[0] !== account.id) return [{ modelCode: '', account }];
  const known = divided.get(account);
  if (known) return known;
  const parts = divide(account);
  divided.set(account, parts);
  return parts;
}

/** The whole account, or what it has in a model; undefined when it has nothing in such a model. */
export function accountInModel(
  book: Pick<AccountBook, 'advisor'>,
  account: Account,
  modelCode: string,
): Account | undefined {
  if (modelCode === '') return account;
  return partsOf(book, account).find((part) => part.modelCode === modelCode)?.account;
}

function divide(account: Account): ModelPart[] {
  const { baseCurrency, cash, holdings } = account;
  const whole = cash.get(baseCurrency) ?? new Decimal(0);
  const dollars = whole.mul(investedPart).toDecimalPlaces(2);
  const invested = holdings.map((holding) => investedIn(holding));
  const growth: Account = {
    ...account,
    cash: new Map([[baseCurrency, dollars]]),
    holdings: held(holdings.map((holding, index) => share(holding, invested[index]))),
    closed: [],
    accruedInterest: new Map(),
    accruedDividends: new Map(),
    equityAtOpen: undefined,
  };
  const rest: Account = {
    ...account,
    cash: new Map([...cash, [baseCurrency, whole.minus(dollars)]]),
    holdings: held(holdings.map((holding, index) => share(holding, holding.quantity.minus(invested[index] ?? 0)))),
  };
  return [
    { modelCode: '', account: rest },
    { modelCode: growthModel, account: growth },
  ];
}

function investedIn({ instrument, quantity }: Holding): Decimal {
  return instrument.secType === 'STK' ? quantity.mul(investedPart).trunc() : new Decimal(0);
}

const held = (holdings: readonly Holding[]): Holding[] => holdings.filter(({ quantity }) => !quantity.isZero());

/** So much of a position, with its part of all that belongs to it. */
function share(holding: Holding, quantity: Decimal = new Decimal(0)): Holding {
  const part = (amount: Decimal): Decimal => shareOf(amount, quantity, holding.quantity);
  return {
    ...holding,
    quantity,
    cost: part(holding.cost),
    realizedToday: part(holding.realizedToday),
    unsettled: part(holding.unsettled),
    valueAtOpen: part(holding.valueAtOpen),
    flowToday: part(holding.flowToday),
  };
}
