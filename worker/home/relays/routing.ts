import type { ToolErrorData } from '../../../shared/errors.ts';
import { findTool } from '../../../shared/tools/index.ts';
import { listAccounts } from '../../../shared/tools/list_accounts.ts';
import { relayOffline } from '../../../shared/tunnel/failures.ts';
import type { CallAnswer } from './relay-link.ts';
import { noRelay, type RelayView, sharedAccount } from './status.ts';

export type Route = { relays: readonly RelayView[] } | { error: ToolErrorData };

/**
 * Which relays answer a call. With one relay, it does. With several, an account decides; `list_accounts` asks them all;
 * other questions about accounts must name one, because half an answer is a wrong one; market data comes from the relay
 * that was paired first. Two relays with the same account are refused: nobody could tell which of them answered.
 */
export function routeCall(op: string, account: unknown, relays: readonly RelayView[]): Route {
  if (relays.length === 0) return { error: noRelay };
  const online = relays.filter((relay) => relay.online);
  const shared = sharedAccount(online);
  if (shared && (account === shared.account || (account === undefined && asksAboutAccounts(op)))) {
    return { error: { code: 'invalid_arguments', ...shared.trouble } };
  }
  if (typeof account === 'string') {
    const owners = relays.filter((relay) => relay.status?.accounts.some((known) => known.account === account));
    const owner = owners.find((relay) => relay.online) ?? owners[0];
    if (owner && !owner.online) return { error: ownerOffline(owner.name, account) };
    if (owner) return { relays: [owner] };
  }
  const [first, ...others] = online;
  if (!first) return { error: relayOffline() };
  if (others.length === 0 || typeof account === 'string' || !asksAboutAccounts(op)) return { relays: [first] };
  return op === listAccounts.name ? { relays: online } : { error: accountNeeded(online) };
}

function asksAboutAccounts(op: string): boolean {
  return op === listAccounts.name || 'account' in (findTool(op)?.input.shape ?? {});
}

function ownerOffline(relay: string, account: string): ToolErrorData {
  return {
    code: 'relay_offline',
    message: `The relay “${relay}”, which serves ${account}, is not connected.`,
    nextStep: 'Start it at home; the dashboard shows when it is back.',
  };
}

function accountNeeded(relays: readonly RelayView[]): ToolErrorData {
  const accounts = relays.flatMap((relay) => relay.status?.accounts.map(({ account }) => account) ?? []);
  return {
    code: 'invalid_arguments',
    message: 'Several relays are connected, each with accounts of its own, so this question needs an account.',
    nextStep: `Name one: ${accounts.join(', ') || 'see list_accounts'}.`,
  };
}

/** One list of accounts from several relays; a relay that fails fails the whole, for a short list would look complete. */
export function mergeAccounts(answers: readonly CallAnswer[]): CallAnswer {
  const accounts: unknown[] = [];
  for (const answer of answers) {
    if (answer.kind === 'error') return answer;
    if (answer.kind === 'value') accounts.push(...((answer.value as { accounts?: unknown[] }).accounts ?? []));
  }
  return { kind: 'value', value: { accounts } };
}
