import type { ContractRequest } from '../contracts/contract-request.ts';
import { isOption } from '../market/instruments.ts';
import type { OptionTerms } from '../market/option-pricing.ts';
import { resolveInstrument, sendInvalid } from './contract-query.ts';
import type { Context, Handlers } from './handler.ts';
import { computation, termsAt } from './option-values.ts';

/** The tick type of a computation that a client has asked for. */
const customComputation = 53;

/** Sends a computation for an option, or an error for anything else. */
function calculate(
  context: Context,
  request: ContractRequest,
  inputs: Readonly<Record<string, number>>,
  compute: (terms: OptionTerms) => ReturnType<typeof computation>,
): void {
  const { session, world } = context;
  const reqId = request.int('reqId');
  for (const [name, value] of Object.entries(inputs)) {
    if (value > 0) continue;
    sendInvalid(context, reqId, `Invalid ${name}`);
    return;
  }
  const instrument = resolveInstrument(context, request);
  if (!instrument) return;
  if (!isOption(instrument)) {
    sendInvalid(context, reqId, 'Invalid security type, only options can be calculated');
    return;
  }
  const terms = termsAt(world.model, instrument, world.now());
  session.send('optionComputation', { reqId, tickType: customComputation, ...compute(terms) });
}

export const optionCalculatorHandlers: Handlers = {
  calculateImpliedVolatility(context, request) {
    const price = request.number('optionPrice');
    const spot = request.number('underPrice');
    calculate(context, request, { 'option price': price, 'underlying price': spot }, (terms) =>
      computation(terms, spot, price, terms.impliedBy(price, spot)),
    );
  },

  calculateOptionPrice(context, request) {
    const volatility = request.number('volatility');
    const spot = request.number('underPrice');
    calculate(context, request, { volatility, 'underlying price': spot }, (terms) =>
      computation(terms, spot, terms.greeks(spot, volatility).price, volatility),
    );
  },

  // Computations are answered at once, so that there is never one left to cancel.
  cancelCalculateImpliedVolatility() {},
  cancelCalculateOptionPrice() {},
};
