import type { Instrument } from './instrument.ts';

/** The id of the market rule by which an instrument is priced at each of its exchanges, in IB's order of exchanges. */
export function marketRulesOf({ details }: Pick<Instrument, 'details'>): ReadonlyMap<string, number> {
  const ids = (details.marketRuleIds ?? '').split(',').map(Number);
  const exchanges = (details.validExchanges ?? '').split(',');
  return new Map(
    exchanges.flatMap((exchange, index): [string, number][] => {
      const id = ids[index];
      return exchange !== '' && id !== undefined && Number.isInteger(id) && id > 0 ? [[exchange, id]] : [];
    }),
  );
}
