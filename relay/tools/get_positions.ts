import { getPositions } from '../../shared/tools/get_positions.ts';
import { omitUndefined } from '../../shared/values.ts';
import type { PortfolioItem } from '../gateway/accounts/accounts.ts';
import type { Position } from '../gateway/accounts/position.ts';
import { contractString } from '../gateway/contracts/naming.ts';
import { unitText } from '../gateway/contracts/price-unit.ts';
import { parseNumber } from '../gateway/numbers.ts';
import { readableAccounts } from './support/accounts.ts';
import { baseCurrency, exchangeRates } from './support/currencies.ts';
import { dailyPnlNote } from './support/daily-pnl.ts';
import { instrumentFilter } from './support/instrument-filter.ts';
import { modelsInUse, positionsInModel } from './support/model-positions.ts';
import { optional } from './support/optional.ts';
import { makeCursor, readCursor } from './support/paging.ts';
import { executorOf, type ToolContext } from './support/tool.ts';

const hundredths = 100;

/** A position of an account, or what it holds of it in a model. */
type Held = Position & { readonly model?: string };

export const getPositionsExecutor = executorOf(getPositions, async (args, context) => {
  const { gateway, signal } = context;
  const question = ['positions', args.account, args.model, args.contract, args.sec_type];
  const offset = readCursor(question, args.cursor);
  const accounts = readableAccounts(context, args.account);
  const filter = args.contract === undefined ? undefined : await instrumentFilter(args.contract, context);
  const held: readonly Held[] =
    args.model === undefined
      ? (await gateway.accounts.positions(signal)).filter(({ account }) => accounts.includes(account))
      : await positionsInModel(args.model, accounts, context);
  const conIds = await filter?.(held.map(({ contract }) => contract));
  const all = held
    .filter(({ contract }) => conIds?.has(contract.conId ?? 0) ?? true)
    .filter(({ contract }) => args.sec_type === undefined || String(contract.secType) === args.sec_type)
    .sort(byAccountThenName);
  const page = all.slice(offset, offset + args.limit);
  const [positions, models] = await Promise.all([
    describePage(page, context),
    args.model === undefined && offset === 0 ? modelsInUse(accounts, context) : undefined,
  ]);
  return {
    asOf: new Date(gateway.serverTime()).toISOString(),
    positions,
    total: all.length,
    ...(positions.some(({ dailyPnl }) => dailyPnl !== undefined) ? { note: dailyPnlNote(gateway.serverTime()) } : {}),
    ...(models ? { models: [...models] } : {}),
    ...(offset + page.length < all.length ? { next: makeCursor(question, offset + page.length) } : {}),
  };
});

async function describePage(page: readonly Held[], context: ToolContext) {
  if (page.length === 0) return [];
  const accounts = [...new Set(page.map(({ account }) => account))];
  const { accounts: desk } = context.gateway;
  const portfolios = new Map<string, ReadonlyMap<number, PortfolioItem>>();
  const [summaries, pnls] = await Promise.all([
    optional('account summary', (signal) => desk.summaries(signal), context),
    Promise.all(
      page.map(({ account, contract, model }) =>
        optional('profit and loss', (signal) => desk.pnl(account, contract.conId ?? 0, signal, model), context),
      ),
    ),
    ...accounts.map(async (account) => {
      const portfolio = await optional('portfolio', (signal) => desk.portfolio(account, signal), context);
      if (portfolio) portfolios.set(account, portfolio);
    }),
  ]);
  return page.map((position, index) => {
    const { account, model, contract, quantity, averageCost } = position;
    const item = portfolios.get(account)?.get(contract.conId ?? 0);
    // The account window knows no models, so that only the price in it is that of a model's position, too.
    const whole = model === undefined ? item : undefined;
    const pnl = pnls[index];
    const values = summaries?.accounts.get(account);
    const marketValue = whole?.marketValue ?? pnl?.value;
    const currency = contract.currency ?? '';
    const rate = exchangeRates(values).get(currency);
    const worth = parseNumber(values?.get('NetLiquidation')?.get(baseCurrency(values) ?? ''));
    // What a position in a currency is worth is in the account's cash already.
    const inCash = contract.secType === 'CASH';
    const weight =
      !inCash && marketValue !== undefined && rate !== undefined && worth !== undefined && worth !== 0
        ? Math.round(((marketValue * rate) / worth) * 10_000) / 100
        : undefined;
    return omitUndefined({
      account,
      model,
      conId: contract.conId ?? 0,
      contract: contractString(contract),
      secType: String(contract.secType ?? ''),
      quantity,
      averageCost,
      marketPrice: item?.marketPrice,
      priceUnit: item && unitOfPrice(item, position),
      marketValue,
      currency,
      dailyPnl: pnl?.daily,
      unrealizedPnl: pnl?.unrealized ?? whole?.unrealized,
      realizedPnl: pnl?.realized ?? whole?.realized,
      weight,
    });
  });
}

/** The account window's prices are mostly in the currency itself; its value says so where they are in hundredths. */
function unitOfPrice({ marketPrice, marketValue }: PortfolioItem, { contract, quantity }: Held): string | undefined {
  if (marketPrice === undefined || marketValue === undefined || marketValue === 0) return undefined;
  const ratio = (marketPrice * quantity * (Number(contract.multiplier) || 1)) / marketValue;
  return Math.abs(ratio - hundredths) < 1 ? unitText(hundredths, contract.currency ?? '') : undefined;
}

function byAccountThenName(a: Held, b: Held): number {
  const name = (position: Held) =>
    `${position.account} ${position.contract.symbol} ${position.contract.localSymbol} ${position.contract.conId}`;
  return name(a) < name(b) ? -1 : 1;
}
