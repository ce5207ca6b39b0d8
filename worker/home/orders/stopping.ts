import type { SentRequest } from '../../../shared/orders/home-model.ts';
import type { StopResult } from './overview.ts';
import { newId } from './ticket-desk.ts';
import type { Trading } from './trading.ts';

/** How long a relay has to say that it has stopped. */
const answerWithinMs = 20_000;

/**
 * Stops trading at every relay that trades, or lifts there the stop that was set from here. Each answers for itself; one
 * that does not is not stopped, and is said to be so.
 *
 * @param by who pressed the button
 */
export async function setStopped(trading: Trading, stopped: boolean, by: string): Promise<StopResult[]> {
  const relays = [...trading.state.relays.values()].filter(({ status }) => status !== undefined);
  const meant = stopped ? relays : relays.filter(({ status }) => status?.stopped?.where === 'dashboard');
  return Promise.all(meant.map(async ({ device }) => resultOf(await send(trading, device, stopped, by))));
}

async function send(trading: Trading, device: string, stopped: boolean, by: string): Promise<SentRequest> {
  const request = newId();
  trading.step({
    type: 'stop',
    device,
    stop: {
      request,
      stopped,
      reason: stopped ? 'stopped on the dashboard' : 'resumed on the dashboard',
      by,
      cancelOwn: stopped,
      protect: true,
      everything: false,
      at: Date.now(),
    },
  });
  const until = Date.now() + answerWithinMs;
  for (;;) {
    const sent = trading.state.requests.get(request);
    if (!sent) throw new Error('a request was lost');
    const left = until - Date.now();
    if (sent.state === 'done' || sent.state === 'refused' || sent.state === 'unanswered' || left <= 0) return sent;
    await trading.change(request, left);
  }
}

function resultOf({ device, state, told, error }: SentRequest): StopResult {
  if (state === 'done' && told?.kind === 'stop') {
    const kept = told.kept.length > 0 ? ` ${told.kept.length} orders work on.` : '';
    return { device, done: true, text: `${told.stopped ? 'Stopped' : 'Trading again'}: ${told.reason}.${kept}` };
  }
  const why = error?.message ?? 'It has not said that it has.';
  return { device, done: false, text: `Not certain: ${why} Type the line below at home.` };
}
