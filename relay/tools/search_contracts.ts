import type { Contract } from '@stoqey/ib';
import { parseContract } from '../../shared/contracts/index.ts';
import { ToolError } from '../../shared/errors.ts';
import { searchContracts } from '../../shared/tools/search_contracts.ts';
import type { Instrument } from '../gateway/contracts.ts';
import { contractString } from '../gateway/naming.ts';
import { present } from '../gateway/numbers.ts';
import { executorOf, type ToolContext } from './tool.ts';

interface Match {
  conId: number;
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
  for (const match of [...exact, ...named]) {
    if (!matches.has(match.contract)) matches.set(match.contract, match);
  }
  const fitting = [...matches.values()].filter(
    (match) =>
      (secType === undefined || match.secType === secType) && (currency === undefined || match.currency === currency),
  );
  return {
    matches: fitting.slice(0, limit),
    ...(fitting.length > limit ? { total: fitting.length } : {}),
  };
});

/** IB's own search over symbols and company names; it gives at most 16. */
async function byName(query: string, { gateway, signal }: ToolContext): Promise<Match[]> {
  const found = await gateway.contracts.matching(query, signal);
  return found.flatMap(({ contract, derivativeSecTypes }) => {
    if (!contract) return [];
    const derivatives = derivativeSecTypes?.map(String) ?? [];
    return [
      present({
        ...identity(contract),
        name: contract.description || undefined,
        derivatives: derivatives.length > 0 ? derivatives : undefined,
      }),
    ];
  });
}

/** What the contract grammar makes of the query: FX pairs, futures, indices, ISINs, … that IB's search does not find. */
async function byGrammar(query: string, secType: string | undefined, context: ToolContext): Promise<Match[]> {
  const texts = secType === undefined ? [query] : [query, `${query}:${secType}`];
  const found = await Promise.all(texts.map((text) => instruments(text, context)));
  return found.flat().map(({ conId, name, secType: kind, currency, contract, details }) =>
    present({
      ...identity({ ...details.contract, conId, exchange: contract.exchange }),
      contract: name,
      secType: kind,
      currency,
      name: details.longName || undefined,
    }),
  );
}

async function instruments(text: string, { gateway, signal }: ToolContext): Promise<Instrument[]> {
  try {
    parseContract(text);
    return await gateway.contracts.resolveAll(text, signal);
  } catch (error) {
    const expected = ['invalid_arguments', 'contract_not_found', 'ib_error'];
    if (error instanceof ToolError && expected.includes(error.code)) return [];
    throw error;
  }
}

function identity(contract: Contract) {
  return {
    conId: contract.conId ?? 0,
    contract: contractString(contract),
    symbol: contract.symbol ?? '',
    secType: String(contract.secType ?? ''),
    exchange: contract.primaryExch || contract.exchange || undefined,
    currency: contract.currency || undefined,
  };
}
