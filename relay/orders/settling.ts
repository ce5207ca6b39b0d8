import type { SettleBody } from '../../shared/orders/frames.ts';
import { checkPair } from './pairing.ts';
import { refuse, refuseQueued } from './placing.ts';
import { record } from './record.ts';
import { type Draft, findTicket, refusal } from './state.ts';
import { conclude, tellAgain } from './telling.ts';

/**
 * Home asks what became of tickets that it sent. What the journal does not hold is refused for ever by that, if it was
 * minted in this generation of the journal; of an older one the journal may have been lost, so that nothing is claimed.
 */
export function settle(
  draft: Draft,
  id: string,
  {
    settle: body,
    ...held
  }: { readonly settle: SettleBody; readonly hashThere?: string; readonly agreedThere?: string },
): void {
  const refused = checkPair(draft, body, held);
  if (refused) {
    draft.effects.push({ type: 'answer', id, refused });
    return;
  }
  draft.effects.push({ type: 'answer', id });
  for (const { ticket, mintedIn } of body.tickets) {
    refuseQueued(draft, neverArrived, ticket);
    if (!findTicket(draft, ticket)) {
      if (mintedIn === draft.generation) refuse(draft, undefined, ticket, neverArrived);
      else lose(draft, ticket);
    }
    tellAgain(draft, ticket);
  }
}

const neverArrived = refusal(
  'It did not arrive at the relay in time.',
  'Nothing was sent. Preview it again.',
  'relay_timeout',
);

/** Enters a ticket that the journal knows by its name alone. */
export function lose(draft: Draft, ticket: string): void {
  const words = {
    message: 'The relay’s journal was renewed or restored since it was sent, and does not know what became of it.',
    nextStep: 'Look at the orders and executions at IBKR, then have the owner close it with `relay resolve` at home.',
  };
  record(draft, {
    type: 'outcome',
    ticket,
    report: {
      kind: 'ticket',
      ticket,
      revision: 1,
      state: 'unknown',
      ...words,
      legs: [],
      warnings: [],
      at: Math.max(0, Math.round(draft.clocks.gateway)),
    },
    at: draft.clocks.wall,
  });
  conclude(draft, ticket, 'unknown', words);
}
