import { ToolError } from '../../shared/errors.ts';
import { newGeneration } from '../orders/journal.ts';
import type { TraderState } from '../orders/state.ts';
import type { ControlReply, ControlRequest } from './control-socket.ts';
import type { ControlledDesk } from './controlled-desk.ts';
import { reportOf } from './desk-report.ts';

const notTrading: ControlReply = {
  ok: false,
  text: 'This relay only reads: there is nothing to stop, trust or resolve. RELAY_TRADING=paper lets it trade.',
};

/** What concerns the desk. */
export type DeskRequest = Exclude<ControlRequest, { command: 'approvers' }>;

/**
 * Carries out what a person at home asks for.
 * @param problem why a relay that may trade has no desk
 */
export async function answerControl(
  desk: ControlledDesk | undefined,
  request: DeskRequest,
  problem?: string,
): Promise<ControlReply> {
  if (!desk)
    return problem === undefined ? notTrading : { ok: false, text: `${problem} The relay’s log says what to do.` };
  switch (request.command) {
    case 'stop-trading': {
      const { reason, cancelOwn, everything } = request;
      return desk.command({ name: 'stop-trading', reason, cancelOwn, everything, protect: true });
    }
    case 'resume-trading': {
      const why = stopsOf(desk.state);
      if (why.length === 0) return { ok: true, text: 'Trading is not stopped.' };
      if (!request.yes) return { ok: false, text: [...why, 'To lift it: the same with --yes.'].join('\n') };
      return desk.command({ name: 'resume-trading' });
    }
    case 'trust':
      return trust(desk, request.yes);
    case 'orders':
      return { ok: true, text: ordersOf(desk.state) };
    case 'resolve': {
      const { ticket, placed, note } = request;
      return desk.command({ name: 'resolve', ticket, placed, note });
    }
    case 'audit':
      return verified(desk);
    case 'doctor':
      return { ok: true, text: JSON.stringify(reportOf(desk, verified(desk))) };
  }
}

function stopsOf({ stops }: TraderState): string[] {
  return Object.entries(stops).flatMap(([where, stop]) =>
    stop ? [`Stopped (${where}) since ${new Date(stop.since).toISOString()}: ${stop.reason}`] : [],
  );
}

async function trust(desk: ControlledDesk, yes: boolean): Promise<ControlReply> {
  const { presented, head } = desk;
  if (!presented) return { ok: true, text: 'The server has asked for nothing that the journal does not believe.' };
  const sides = [
    `Here: ${head.length} entries, the last ${head.hash.slice(0, 16)}`,
    `The server ${presented.home} last named: ${presented.journal.length} entries, ${presented.journal.hash.slice(0, 16)}`,
  ];
  if (!yes) {
    return {
      ok: false,
      text: [...sides, 'If you know why they differ, the same with --yes makes them believe each other.'].join('\n'),
    };
  }
  return desk.command({ name: 'trust', home: presented.home, generation: newGeneration() });
}

function ordersOf({ active }: TraderState): string {
  const rows = [...active.values()].map(({ ticket, account, state, message, legs }) => {
    const ids = legs.map(({ leg, orderId, life }) => `${leg} ${orderId}/${life.permId}`).join(', ');
    return [ticket, account, state, ids, message].filter(Boolean).join(' · ');
  });
  return rows.length === 0 ? 'No ticket is open.' : rows.join('\n');
}

function verified(desk: ControlledDesk): ControlReply {
  try {
    return { ok: true, text: desk.verify() };
  } catch (error) {
    return { ok: false, text: error instanceof ToolError || error instanceof Error ? error.message : String(error) };
  }
}
