/**
 * What the tools cost a conversation: characters and estimated tokens of `tools/list` and of typical results, as a client
 * of the whole system receives them. Results count as the text or the structured content, whichever is longer: hosts give
 * a model one of them.
 */

import { getOptionChain } from '../shared/tools/get_option_chain.ts';
import { listingBudget } from '../test/support/listing-budget.ts';
import { clockFrom, fridayNoon } from '../test/support/simulator/client.ts';
import { startSystem } from '../test/support/system.ts';

/** The usual estimate for English and JSON. */
const charactersPerToken = 4;

const system = await startSystem({ simulator: { clock: clockFrom(fridayNoon) } });

function report(what: string, characters: number, target?: number): void {
  const verdict = target === undefined ? '' : characters <= target ? `within ${target}` : `ABOVE ${target}`;
  const tokens = Math.round(characters / charactersPerToken);
  console.log(`${what.padEnd(44)}${String(characters).padStart(8)}${String(tokens).padStart(8)}  ${verdict}`);
}

console.log(`${''.padEnd(44)}${'chars'.padStart(8)}${'tokens'.padStart(8)}`);
try {
  for (const [grant, trade] of [
    ['read-only', false],
    ['trading', true],
  ] as const) {
    const client = await system.connect('2026-07-28', { trade });
    const listed = await client.listTools();
    const budget = trade ? undefined : listingBudget(listed.length);
    report(`tools/list, ${grant} grant`, JSON.stringify(listed).length, budget);
    await client.close();
  }
  const client = await system.connect('2026-07-28');
  const size = async (name: string, args: Record<string, unknown>): Promise<number> => {
    const { content, structuredContent, isError } = await client.call(name, args);
    const text = content[0]?.text ?? '';
    if (isError) throw new Error(`${name}: ${text}`);
    return Math.max(text.length, JSON.stringify(structuredContent).length);
  };
  report('a quote', await size('get_quotes', { contracts: ['AAPL'] }), 350);
  report('ten positions', await size('get_positions', { limit: 10 }), 2_000);
  report('100 daily bars', await size('get_historical_bars', { contract: 'AAPL', duration: '100d' }), 5_000);
  const overview = await client.call('get_option_chain', { contract: 'AAPL' });
  const expiry = getOptionChain.output
    .parse(overview.structuredContent)
    .classes?.[0]?.expiries.find((day) => day >= '2026-12-18');
  const chain = { contract: 'AAPL', expiry, strikes: 10, quotes: true };
  report('an option chain of 40 rows with Greeks', await size('get_option_chain', chain), 6_000);
  for (const [name, args] of [
    ['get_status', {}],
    ['get_account_summary', {}],
    ['get_contract_details', { contracts: ['AAPL'] }],
    ['get_market_depth', { contract: 'AAPL' }],
  ] as const) {
    report(name, await size(name, args));
  }
  await client.close();
} finally {
  await system.close();
}
