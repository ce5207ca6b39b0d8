import { Request, type RequestOf } from '../protocol/requests.ts';
import { resolveInstrument, sendInvalid } from './contract-query.ts';
import type { Context } from './handler.ts';

const actions: Readonly<Record<number, 'exercise' | 'lapse'>> = { 1: 'exercise', 2: 'lapse' };

/** Exercises or lapses options. Whatever is wrong is an error under the request's id. */
export function exercise(context: Context, request: RequestOf<'exerciseOptions'>, clientId: number): void {
  const { world } = context;
  const reqId = request.int('reqId');
  const action = actions[request.int('exerciseAction')];
  const account = request.text('account').trim() || world.accounts[0]?.id || '';
  if (!action) {
    sendInvalid(context, reqId, 'Invalid exercise action');
    return;
  }
  if (!world.accounts.some(({ id }) => id === account)) {
    sendInvalid(context, reqId, `Invalid account code '${account}'.`);
    return;
  }
  // Contract queries read a few fields this request does not have.
  const instrument = resolveInstrument(context, new Request('exerciseOptions', { values: request.values, rows: {} }));
  if (!instrument) return;
  world.exchange.exercise({
    owner: { clientId, orderId: reqId },
    account,
    instrument,
    action,
    quantity: request.number('exerciseQuantity'),
    override: request.flag('override'),
  });
}
