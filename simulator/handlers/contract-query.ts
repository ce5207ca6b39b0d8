import { type ContractRequest, queryOf } from '../contracts/contract-request.ts';
import { InvalidContractError } from '../market/catalogue.ts';
import type { Instrument } from '../market/instruments.ts';
import type { Context } from './handler.ts';

/** Error 321 in the gateway's words. */
export function sendInvalid({ session }: Context, reqId: number, cause: string): void {
  session.sendError(reqId, 321, `Error validating request.-'bN' : cause - ${cause}`);
}

/** Every instrument a request may mean; after an error has been sent, none. */
export function findInstruments(context: Context, request: ContractRequest): Instrument[] {
  const { world, session } = context;
  const reqId = request.int('reqId');
  try {
    const found = world.catalogue.find(queryOf(request), world.today());
    if (found.length === 0) session.sendError(reqId, 200, 'No security definition has been found for the request');
    return found;
  } catch (error) {
    if (!(error instanceof InvalidContractError)) throw error;
    sendInvalid(context, reqId, error.message);
    return [];
  }
}

/** The one instrument a data request means, or undefined after an error has been sent. */
export function resolveInstrument(context: Context, request: ContractRequest): Instrument | undefined {
  const found = findInstruments(context, request);
  if (found.length <= 1) return found[0];
  const text = `The contract description specified for ${request.text('symbol')} is ambiguous.`;
  context.session.sendError(request.int('reqId'), 200, text);
  return undefined;
}
