import type { z } from 'zod';
import type { ToolErrorData } from '../../../shared/errors.ts';
import type { RelayStatus } from '../../../shared/status.ts';
import type { getStatus } from '../../../shared/tools/get_status.ts';

/** A relay as pages and `get_status` show it. Times are ISO 8601, UTC. */
export interface RelayView {
  id: string;
  name: string;
  online: boolean;
  /** When it connected. */
  since?: string;
  lastSeen?: string;
  /** Its own last word; while offline, from before it left. */
  status?: RelayStatus;
  /** Connected, but did not answer just now. */
  silent?: boolean;
}

/** A relay as its own page shows it. */
export interface RelayDetails extends RelayView {
  /** What it proves itself with, base64url. */
  publicKey: string;
  /** The machine, version and network that it was paired from, where they are known. */
  host: string | null;
  pairedVersion: string | null;
  address: string | null;
  /** Milliseconds since the epoch. */
  pairedAt: number;
  /** When another process with its key took over from one that was there. */
  takenOverAt: number | null;
}

/** The answer of `get_status`: what every relay says, and the first thing that is wrong with a way out of it. */
export function composeStatus(
  relays: readonly RelayView[],
  now: Date,
  notesOf: (device: string) => string[] = () => [],
): z.output<typeof getStatus.output> {
  const trouble = firstProblem(relays);
  return {
    ok: trouble === undefined,
    serverTime: now.toISOString(),
    ...trouble,
    relays: relays.map(({ id, silent, status, online, ...relay }) => ({
      ...relay,
      online,
      ...some(notesOf(id)),
      // The gateway's state before the relay went away says nothing about now.
      ...(online && !silent
        ? status
        : status && { version: status.version, accounts: status.accounts, trading: status.trading }),
    })),
  };
}

function some(orderNotes: string[]): { orderNotes?: string[] } {
  return orderNotes.length === 0 ? {} : { orderNotes };
}

/** What is wrong while nothing is paired; the answer of every tool then. */
export const noRelay = {
  code: 'relay_offline',
  message: 'No relay is paired yet, so there is no way to IB Gateway.',
  nextStep: 'Open the dashboard, get a pairing code and start the relay at home.',
} as const satisfies ToolErrorData;

function firstProblem(relays: readonly RelayView[]): { problem: string; nextStep: string } | undefined {
  if (relays.length === 0) return { problem: noRelay.message, nextStep: noRelay.nextStep };
  const online = relays.filter((relay) => relay.online);
  if (online.length === 0) {
    const seen = relays
      .map((relay) => relay.lastSeen ?? '')
      .sort()
      .at(-1);
    return {
      problem: seen ? `No relay is connected; last seen ${seen}.` : 'The relay has never connected.',
      nextStep:
        'Start the relay at home (docker compose up -d) and check its internet connection; it reconnects by itself.',
    };
  }
  if (online.some((relay) => relay.silent || !relay.status)) {
    return {
      problem: 'The relay is connected but does not answer.',
      nextStep: 'Wait a minute; if it stays so, restart the relay at home and look at its log.',
    };
  }
  const gateway = online.find((relay) => relay.status?.gateway.state !== 'ready')?.status?.gateway;
  if (!gateway) return undefined;
  return {
    problem:
      gateway.problem ??
      `The relay’s connection to IB Gateway is ${gateway.state.replaceAll('_', ' ')} since ${gateway.since}.`,
    nextStep: gateway.nextStep ?? 'Wait a minute; if it stays so, look at IB Gateway’s own window.',
  };
}
