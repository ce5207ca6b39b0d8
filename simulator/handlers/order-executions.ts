import type { Execution, Order } from '../exchange/model.ts';
import type { Side } from '../market/side.ts';
import { dayOf } from '../market/zone.ts';
import { OrderRequestError } from '../orders/order-error.ts';
import { addressOf } from '../orders/order-fields.ts';
import { commissionValues, executionValues } from '../orders/order-messages.ts';
import { parseOrderTime } from '../orders/order-times.ts';
import type { RequestOf } from '../protocol/requests.ts';
import type { World } from '../world/world.ts';
import type { Context } from './handler.ts';

type ExecutionRequest = RequestOf<'reqExecutions'>;
interface Candidate {
  readonly execution: Execution;
  /** Undefined when the order is no longer known. */
  readonly order: Order | undefined;
}

const sides: Readonly<Record<string, Side>> = { BUY: 'BUY', BOT: 'BUY', SELL: 'SELL', SLD: 'SELL', SSHORT: 'SELL' };

/** Today's executions that pass a filter, each with what it cost, and the end of the list. */
export function answerExecutions(context: Context, request: ExecutionRequest): void {
  const { session, world } = context;
  const reqId = request.int('reqId');
  try {
    const passes = filterOf(request, world);
    const found = world.exchange
      .executions()
      .map((execution): Candidate => ({ execution, order: world.exchange.find(execution.permId) }))
      .filter(passes);
    for (const { execution, order } of found) {
      session.send('executionDetails', executionValues(reqId, execution, order, world));
      // Combinations are charged for their legs.
      if (!execution.isComboSummary) session.send('commissionReport', commissionValues(execution));
    }
    session.send('executionDetailsEnd', { reqId });
  } catch (error) {
    if (!(error instanceof OrderRequestError)) throw error;
    session.sendError(reqId, error.code, error.message);
  }
}

/** Fields that are empty, and client 0, let everything pass. */
function filterOf(request: ExecutionRequest, world: World): (candidate: Candidate) => boolean {
  const clientId = request.int('clientId');
  const since = parseOrderTime(request.text('time').trim(), 'Execution Time', world.now(), world.zone);
  const dates = request.rows('specificDates').map(({ values }) => values.value);
  const side = sides[request.text('side').toUpperCase()];
  const allows = (name: Parameters<ExecutionRequest['text']>[0], actual: string): boolean => {
    const wanted = request.text(name).trim().toUpperCase();
    return wanted === '' || wanted === actual.toUpperCase();
  };
  return ({ execution, order }) =>
    (clientId === 0 || (order !== undefined && addressOf(order).clientId === clientId)) &&
    (since === undefined || execution.time >= since) &&
    (dates.length === 0 || dates.includes(dayOf(world.zone.day(execution.time)))) &&
    (side === undefined || execution.side === side) &&
    allows('account', execution.account) &&
    allows('symbol', execution.instrument.symbol) &&
    allows('secType', execution.isComboSummary ? 'BAG' : execution.instrument.secType) &&
    allows('exchange', execution.exchange);
}
