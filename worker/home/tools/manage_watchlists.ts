import type { z } from 'zod';
import { resolveContracts } from '../../../shared/contracts/resolve.ts';
import { getQuotes } from '../../../shared/tools/get_quotes.ts';
import type { manageWatchlists } from '../../../shared/tools/manage_watchlists.ts';
import type { WatchedInstrument, Watchlists } from '../watchlists/watchlists.ts';
import { type ActionArguments, checkArguments } from './support/arguments-for.ts';
import type { AskRelay, HomeTool, Tell } from './support/context.ts';

type Arguments = z.output<typeof manageWatchlists.input>;
type Result = z.input<typeof manageWatchlists.output>;
type ItemErrors = NonNullable<Result['errors']>;

const actions: ActionArguments = {
  list: {},
  get: { needs: ['name'], takes: ['quotes'] },
  create: { needs: ['name'], takes: ['contracts'] },
  rename: { needs: ['name', 'new_name'] },
  add: { needs: ['name', 'contracts'] },
  remove: { needs: ['name', 'contracts'] },
  delete: { needs: ['name'] },
};

/** What one call to the relay takes at most. */
const batch = 50;

const quoteColumns = ['dataType', 'bid', 'ask', 'last', 'close', 'change', 'changePercent', 'volume', 'asOf'] as const;

/** Answers `manage_watchlists`: the lists are here, instruments and quotes are the relay's. */
export const answerWatchlists: HomeTool<typeof manageWatchlists.input, typeof manageWatchlists.output> = async (
  args,
  { watchlists: lists, ask, tell },
) => {
  checkArguments(actions, args);
  const { action, name = '', new_name: newName = '', contracts = [] } = args;
  switch (action) {
    case 'list':
      return {
        watchlists: lists
          .all()
          .map(({ updatedAt, ...list }) => ({ ...list, updated: new Date(updatedAt).toISOString() })),
      };
    case 'get':
      return show(args, lists, ask, tell);
    case 'create':
      return create(name, contracts, lists, ask, tell);
    case 'rename':
      lists.rename(name, newName);
      return listed(newName, lists);
    case 'add':
      return add(lists.nameOf(name), contracts, lists, ask, tell);
    case 'remove':
      return remove(lists.nameOf(name), contracts, lists, ask, tell);
    case 'delete': {
      const written = lists.nameOf(name);
      lists.delete(name);
      return { name: written, deleted: true };
    }
  }
};

function listed(name: string, lists: Watchlists): Result {
  const rows = lists.instruments(name).map(({ contract, conId, currency }) => [contract, conId, currency ?? '']);
  return { name: lists.nameOf(name), columns: ['contract', 'conId', 'currency'], rows };
}

async function create(
  name: string,
  contracts: readonly string[],
  lists: Watchlists,
  ask: AskRelay,
  tell: Tell,
): Promise<Result> {
  const { instruments, errors } = await resolve(contracts, ask, tell);
  lists.create(name);
  const added = lists.add(name, instruments).map(({ contract }) => contract);
  return { ...listed(name, lists), ...(contracts.length > 0 ? { added } : {}), ...some(errors) };
}

async function add(
  name: string,
  contracts: readonly string[],
  lists: Watchlists,
  ask: AskRelay,
  tell: Tell,
): Promise<Result> {
  const { instruments, errors } = await resolve(contracts, ask, tell);
  const added = lists.add(name, instruments).map(({ contract }) => contract);
  return { ...listed(name, lists), added, ...some(errors) };
}

/** What is written as the list shows it needs no relay; anything else is looked up there. */
async function remove(
  name: string,
  contracts: readonly string[],
  lists: Watchlists,
  ask: AskRelay,
  tell: Tell,
): Promise<Result> {
  const present = lists.instruments(name);
  const known = new Map(contracts.map((text) => [text, matching(text, present)]));
  const unknown = contracts.filter((text) => known.get(text) === undefined);
  const looked = unknown.length > 0 ? await resolve(unknown, ask, tell) : { instruments: [], errors: [] };
  const absent = looked.instruments
    .filter(({ conId }) => !present.some((one) => one.conId === conId))
    .map(({ given }) => notListed(given, name));
  const found = [...known.values(), ...looked.instruments].flatMap((one) => (one ? [one.conId] : []));
  const removed = lists.remove(name, found).map(({ contract }) => contract);
  return { ...listed(name, lists), removed, ...some([...looked.errors, ...absent]) };
}

function matching(text: string, present: readonly WatchedInstrument[]): WatchedInstrument | undefined {
  const conId = /^\{?(\d+)\}?$|\{(\d+)\}$/.exec(text.trim());
  if (conId) return present.find((one) => one.conId === Number(conId[1] ?? conId[2]));
  return present.find(({ contract }) => contract.toLowerCase() === text.trim().toLowerCase());
}

function notListed(contract: string, name: string): ItemErrors[number] {
  return {
    contract,
    code: 'contract_not_found',
    message: `${contract} is not in “${name}”.`,
    nextStep: 'Get the list to see what is in it.',
  };
}

async function resolve(contracts: readonly string[], ask: AskRelay, tell: Tell) {
  const instruments: (WatchedInstrument & { given: string })[] = [];
  const errors: ItemErrors = [];
  for (let from = 0; from < contracts.length; from += batch) {
    const answer = await ask(resolveContracts, { contracts: contracts.slice(from, from + batch) });
    instruments.push(...answer.instruments);
    errors.push(...(answer.errors ?? []));
    tell(Math.min(from + batch, contracts.length), contracts.length, 'looking up instruments');
  }
  return { instruments, errors };
}

async function show({ name = '', quotes = true }: Arguments, lists: Watchlists, ask: AskRelay, tell: Tell) {
  const instruments = lists.instruments(name);
  if (!quotes || instruments.length === 0) return listed(name, lists);
  const found = new Map<number, z.output<typeof getQuotes.output>['quotes'][number]>();
  const errors: ItemErrors = [];
  const names = new Map(instruments.map(({ conId, contract }) => [String(conId), contract]));
  for (let from = 0; from < instruments.length; from += batch) {
    const some = instruments.slice(from, from + batch);
    const answer = await ask(getQuotes, { contracts: some.map(({ conId }) => String(conId)), fields: 'basic' });
    for (const quote of answer.quotes) if (quote.conId !== undefined) found.set(quote.conId, quote);
    errors.push(...(answer.errors ?? []).map((error) => ({ ...error, contract: names.get(error.contract) ?? '' })));
    tell(Math.min(from + batch, instruments.length), instruments.length, 'quotes');
  }
  const rows = instruments.map(({ contract, conId, currency }) => {
    const quote = found.get(conId);
    return [contract, conId, currency ?? '', ...quoteColumns.map((column) => quote?.[column] ?? '')];
  });
  return {
    name: lists.nameOf(name),
    columns: ['contract', 'conId', 'currency', ...quoteColumns],
    rows,
    ...some(errors),
  };
}

function some(errors: ItemErrors): { errors?: ItemErrors } {
  return errors.length > 0 ? { errors } : {};
}
