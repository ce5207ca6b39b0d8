import { resolveContracts } from '../../../shared/contracts/resolve.ts';
import { omitUndefined } from '../../../shared/values.ts';
import { instrumentString } from '../../gateway/contracts/naming.ts';
import { itemError } from './item-error.ts';
import { isoDate, underlyingNamed } from './options.ts';
import { executorOf } from './tool.ts';

/** Home's own question: no tool, but answered like one. */
export const resolveContractsExecutor = executorOf(resolveContracts, async ({ contracts }, context) => {
  const outcomes = await Promise.all(
    contracts.map(async (given) => {
      try {
        // What is kept is a conId: of a continuous future it means the front month, and it is the same at every venue.
        const { conId, details, currency, secType } = await underlyingNamed(given, context);
        const contract = instrumentString(details);
        const last = /^\d{8}/.exec(details.contract.lastTradeDateOrContractMonth ?? '')?.[0];
        const known = { currency: currency || undefined, secType, expires: last && isoDate(last) };
        return { instrument: omitUndefined({ conId, contract, ...known, given }) };
      } catch (error) {
        return { error: itemError(given, error, context) };
      }
    }),
  );
  const errors = outcomes.flatMap(({ error }) => error ?? []);
  return {
    instruments: outcomes.flatMap(({ instrument }) => instrument ?? []),
    ...(errors.length > 0 ? { errors } : {}),
  };
});
