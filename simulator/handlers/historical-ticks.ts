import { venueOf } from '../contracts/contract-request.ts';
import { parseEnd } from '../market/history-parameters.ts';
import { tradedUntil } from '../market/quotes.ts';
import { resolveInstrument, sendInvalid } from './contract-query.ts';
import { isPacingViolation, pacingViolation, refusalOf, refuseParameter } from './data-requests.ts';
import type { Handlers } from './handler.ts';
import { isAvailable } from './history-series.ts';
import { type TickKind, tickSource } from './tick-messages.ts';

const mostTicks = 1000;
const refused = 10187;
const prefix = 'Failed to request historical ticks:';

const kinds = { TRADES: 'Last', BID_ASK: 'BidAsk', MIDPOINT: 'MidPoint' } as const satisfies Record<string, TickKind>;
const isWhatToShow = (text: string): text is keyof typeof kinds => Object.hasOwn(kinds, text);

export const historicalTickHandlers: Handlers = {
  reqHistoricalTicks(context, request) {
    const { session, world } = context;
    const reqId = request.int('reqId');
    const whatToShow = request.text('whatToShow').toUpperCase();
    const wanted = request.int('numberOfTicks');
    const [start, end] = [request.text('startDateTime').trim(), request.text('endDateTime').trim()];
    if (!isWhatToShow(whatToShow)) {
      sendInvalid(context, reqId, 'What to show field is missing or incorrect.');
      return;
    }
    if ((start === '') === (end === '')) {
      sendInvalid(context, reqId, 'Historical ticks need either a start or an end, and not both');
      return;
    }
    if (wanted < 1 || wanted > mostTicks) {
      sendInvalid(context, reqId, `Number of ticks must be between 1 and ${mostTicks}`);
      return;
    }
    const instrument = resolveInstrument(context, request);
    if (!instrument) return;
    const available = isAvailable(whatToShow, instrument);
    const nothing = `HMDS query returned no data: ${venueOf(request, instrument)} ${whatToShow}`;
    const refusal = refusalOf(context, instrument) ?? (available ? undefined : nothing);
    if (refusal !== undefined) {
      session.sendError(reqId, refused, `${prefix}${refusal}`);
      return;
    }
    if (isPacingViolation(context, request, instrument, whatToShow)) {
      session.sendError(reqId, refused, `${prefix}${pacingViolation}`);
      return;
    }
    try {
      const now = Math.min(world.now(), tradedUntil(world.model, instrument));
      const source = tickSource({
        session,
        reqId,
        model: world.model,
        instrument,
        kind: kinds[whatToShow],
        regularOnly: request.flag('useRth'),
        ignoreSize: request.flag('ignoreSize'),
      });
      if (start !== '') source.sendFrom(parseEnd(start, now, world.zone), now, wanted);
      else source.sendBefore(Math.min(parseEnd(end, now, world.zone), now), wanted);
    } catch (error) {
      refuseParameter(context, reqId, error);
    }
  },
};
