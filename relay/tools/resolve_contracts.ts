import { resolveContracts } from '../../shared/tools/resolve_contracts.ts';
import { itemError } from './get_contract_details.ts';
import { executorOf } from './tool.ts';

/** Home's own question: no tool, but answered like one. */
export const resolveContractsExecutor = executorOf(resolveContracts, async ({ contracts }, context) => {
  const outcomes = await Promise.all(
    contracts.map(async (given) => {
      try {
        const { conId, name, currency } = await context.gateway.contracts.resolve(given, context.signal);
        return { instrument: { conId, contract: name, ...(currency === '' ? {} : { currency }), given } };
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
