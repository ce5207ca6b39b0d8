import type { RelayStatus } from '../../../shared/status.ts';
import { competedProblem, lostProblem } from './connectivity-problems.ts';
import type { GatewayState, SessionState } from './session-state.ts';

/** Whether requests may be sent. */
export function servesRequests(s: SessionState): boolean {
  return s.phase === 'up' && s.upstream !== 'lost';
}

/** The state as others see it. */
export function publicState(s: SessionState): GatewayState {
  if (s.phase === 'stopped') return 'stopped';
  if (s.phase === 'up') {
    if (s.upstream === 'lost') return 'maintenance';
    return s.upstream === 'healing' || s.competed || brokenFarms(s).length > 0 ? 'degraded' : 'ready';
  }
  if (s.trouble) return s.trouble.state;
  return s.phase === 'idle' || s.phase === 'connecting' ? 'connecting' : 'handshaking';
}

/** What is wrong and what the human should do, if anything. */
export function sessionProblem(s: SessionState): { problem: string; nextStep: string } | undefined {
  if (s.phase === 'stopped')
    return { problem: 'The connection to IB Gateway is stopped.', nextStep: 'Start the relay.' };
  if (s.phase !== 'up') return s.trouble && { problem: s.trouble.problem, nextStep: s.trouble.nextStep };
  if (s.upstream === 'lost') return { problem: lostProblem.problem, nextStep: lostProblem.nextStep };
  const broken = brokenFarms(s);
  if (s.competed && broken.length === 0) return competedProblem;
  if (s.upstream === 'ok' && broken.length === 0) return undefined;
  return {
    problem:
      broken.length > 0 ? `Data farms are down: ${broken.join(', ')}.` : 'IB Gateway’s connection to IB is unstable.',
    nextStep: 'Some data may be missing until IB restores them; nothing to do here.',
  };
}

/** The names of the farms that are down. */
export function brokenFarms(s: SessionState): string[] {
  return s.farms.filter((farm) => farm.state === 'broken').map((farm) => farm.name);
}

/** The gateway part of the relay's status, with its farms and accounts. */
export type GatewayStatus = Pick<RelayStatus, 'gateway' | 'farms'> & { readonly accounts: readonly string[] };

/**
 * What others are told about the connection.
 * @param since when its state last changed, epoch milliseconds
 */
export function gatewayStatus(s: SessionState, since: number): GatewayStatus {
  return {
    gateway: {
      state: publicState(s),
      since: new Date(since).toISOString(),
      ...(s.serverVersion === undefined || s.phase === 'stopped' ? {} : { serverVersion: s.serverVersion }),
      ...sessionProblem(s),
    },
    farms: [...s.farms],
    accounts: s.phase === 'up' ? [...s.accounts] : [],
  };
}
