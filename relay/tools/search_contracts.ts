import type { Contract, ContractDescription } from '@stoqey/ib';
import { ToolError } from '../../shared/errors.ts';
import { searchContracts } from '../../shared/tools/search_contracts.ts';
import { omitUndefined } from '../../shared/values.ts';
import type { Instrument } from '../gateway/contracts/instrument.ts';
import { contractString } from '../gateway/contracts/naming.ts';
import { optional } from './support/optional.ts';
import { executorOf, type ToolContext } from './support/tool.ts';

interface Match {
  /** An issuer of bonds has none. */
  conId?: number;
  contract: string;
  symbol: string;
  name?: string;
  secType: string;
  exchange?: string;
  currency?: string;
  derivatives?: string[];
}

export const searchContractsExecutor = executorOf(searchContracts, async (args, context) => {
  const { query, sec_type: secType, limit } = args;
  const currency = args.currency?.toUpperCase();
  const grammatical = byGrammar(query, secType, context);
  const [named, exact] = await Promise.all([
    byName(query, context).catch(async (error: unknown) => {
      // IB leaves some searches by name without an answer; what the grammar found stands all the same.
      const unanswered = error instanceof ToolError && error.code === 'gateway_timeout';
      if (unanswered && (await grammatical).length > 0) return [];
      throw error;
    }),
    grammatical,
  ]);
  const matches = new Map<string, Match>();
  const misspelt = exact.length + named.length > 0 ? [] : await nearly(query, context);
  for (const match of [...exact, ...named, ...misspelt]) {
    if (!matches.has(match.contract)) matches.set(match.contract, match);
  }
  const fitting = [...matches.values()].filter(
    (match) =>
      (secType === undefined || match.secType === secType) && (currency === undefined || match.currency === currency),
  );
  const shown = fitting.slice(0, limit);
  return omitUndefined({
    matches: shown,
    total: fitting.length > limit ? fitting.length : undefined,
    nextStep: nextStep(shown),
  });
});

function nextStep(matches: readonly Match[]): string | undefined {
  if (matches.length === 0) {
    return 'Try a part of the company name or a shorter symbol, or name it by its kind: EUR.USD, SPX:IND, ES:FUT, BTC.USD:CRYPTO.';
  }
  const issuer = matches.find(({ conId }) => conId === undefined);
  return issuer && `${issuer.contract} is an issuer of bonds: get_contract_details of it lists them.`;
}

/** IB's own search over symbols and company names; it gives at most 16. */
async function byName(query: string, { gateway, signal }: ToolContext): Promise<Match[]> {
  return matchesFrom(await gateway.contracts.matching(query, signal));
}

/** What a slip of the pen may have meant; a courtesy. */
async function nearly(query: string, context: ToolContext): Promise<Match[]> {
  const found = await optional('names like it', (signal) => context.gateway.contracts.misspelt(query, signal), context);
  return matchesFrom(found ?? []);
}

function matchesFrom(found: readonly ContractDescription[]): Match[] {
  return found.flatMap(({ contract, derivativeSecTypes }) => {
    if (!contract) return [];
    const derivatives = derivativeSecTypes?.map(String) ?? [];
    return [
      omitUndefined({
        ...identity(contract),
        name: contract.description || undefined,
        derivatives: derivatives.length > 0 ? derivatives : undefined,
      }),
    ];
  });
}

/** What the contract grammar makes of the query, and what is like it: pairs, futures, indices, ISINs, … that IB's search does not find. */
async function byGrammar(query: string, secType: string | undefined, context: ToolContext): Promise<Match[]> {
  const texts = secType === undefined ? [query] : [query, `${query}:${secType}`];
  const { contracts } = context.gateway;
  const found = await Promise.all([
    ...texts.map((text) => orNone(contracts.spelled(text, context.signal))),
    orNone(contracts.alike(query, context.signal)),
  ]);
  return found.flat().map(({ conId, name, secType: kind, currency, contract, details }) =>
    omitUndefined({
      ...identity({ ...details.contract, conId, exchange: contract.exchange }),
      contract: name,
      secType: kind,
      currency,
      name: details.longName || undefined,
    }),
  );
}

/** Instruments, or none where the text means none. */
async function orNone(found: Promise<Instrument[]>): Promise<Instrument[]> {
  try {
    return await found;
  } catch (error) {
    const expected = ['invalid_arguments', 'contract_not_found', 'ib_error'];
    if (error instanceof ToolError && expected.includes(error.code)) return [];
    throw error;
  }
}

function identity(contract: Contract) {
  return {
    conId: contract.conId !== undefined && contract.conId > 0 ? contract.conId : undefined,
    contract: contractString(contract),
    symbol: contract.symbol ?? '',
    secType: String(contract.secType ?? ''),
    exchange: contract.primaryExch || contract.exchange || undefined,
    currency: contract.currency || undefined,
  };
}
