import { accountsMeant } from '../../../shared/accounts.ts';
import type { ToolErrorData } from '../../../shared/errors.ts';
import { findTool } from '../../../shared/tools/index.ts';
import { listAccounts } from '../../../shared/tools/list_accounts.ts';
import { relayOffline } from '../../../shared/tunnel/failures.ts';
import type { WholeAnswer } from './read-chunks.ts';
import type { CallRequest } from './relay-link.ts';
import { noRelay, type RelayView } from './status.ts';

type RoutedCall = Pick<CallRequest, 'op' | 'kind' | 'args'>;

export type HomeRoute = { relays: readonly RelayView[] } | { error: ToolErrorData };

/**
 * Which relays answer a call. With one relay, it does. With several, an account decides; `list_accounts` asks them all;
 * other questions about accounts must name one, because half an answer is a wrong one; market data comes from the relay
 * that was paired first. Of two relays with the same account both know it: one that trades answers, then the one paired first.
 *
 * A mutation goes to one relay that certainly is the right one, or nowhere: it is never guessed and never sent to several.
 */
export function routeCall({ op, kind, args: { account } }: RoutedCall, relays: readonly RelayView[]): HomeRoute {
  if (relays.length === 0) return { error: noRelay };
  if (kind === 'mutation') return routeMutation(account, relays);
  const online = relays.filter((relay) => relay.online);
  if (typeof account === 'string') {
    const known = relays.flatMap((relay) => relay.status?.accounts ?? []);
    const meant = [...new Set(accountsMeant(account, known).map((one) => one.account))];
    if (meant.length > 1 && relays.length > 1) return { error: severalMeant(account, meant) };
    const owners = relays.filter((relay) => serves(relay, meant[0] ?? account));
    const owner =
      owners.find(({ online: is, status }) => is && status?.orders) ??
      owners.find((relay) => relay.online) ??
      owners[0];
    if (owner && !owner.online) return { error: ownerOffline(owner.name, account) };
    if (owner) return { relays: [owner] };
  }
  const [first, ...others] = online;
  if (!first) return { error: relayOffline() };
  if (others.length === 0 || typeof account === 'string' || !asksAboutAccounts(op)) return { relays: [first] };
  if (op === listAccounts.name) return { relays: online };
  const all = new Set(online.flatMap(({ status }) => status?.accounts.map((one) => one.account) ?? []));
  const knowing = online.filter((relay) => [...all].every((one) => serves(relay, one)));
  const knower = knowing.find(({ status }) => status?.orders) ?? knowing[0];
  return knower && all.size > 0 ? { relays: [knower] } : { error: accountNeeded([...all]) };
}

function routeMutation(account: unknown, relays: readonly RelayView[]): HomeRoute {
  const candidates = relays.length === 1 ? relays : relays.filter((relay) => serves(relay, account));
  const [relay, ...others] = candidates;
  if (!relay || others.length > 0) return { error: oneRelayNeeded(account, candidates.length, relays) };
  if (relay.online) return { relays: [relay] };
  return { error: typeof account === 'string' ? ownerOffline(relay.name, account) : relayOffline() };
}

function serves(relay: RelayView, account: unknown): boolean {
  return relay.status?.accounts.some((known) => known.account === account) ?? false;
}

function oneRelayNeeded(account: unknown, candidates: number, relays: readonly RelayView[]): ToolErrorData {
  const known = relays.flatMap((relay) => relay.status?.accounts.map((served) => served.account) ?? []);
  if (typeof account !== 'string') {
    return {
      code: 'invalid_arguments',
      message: 'Several relays are paired, and what changes something goes to one only. Nothing was sent.',
      nextStep: `Name the account: ${known.join(', ') || 'see list_accounts'}.`,
    };
  }
  if (candidates === 0) {
    return {
      code: 'account_not_found',
      message: `No paired relay serves the account ${account}. Nothing was sent.`,
      nextStep: `Name another: ${known.join(', ') || 'see list_accounts'}.`,
    };
  }
  return {
    code: 'invalid_arguments',
    message: `Several paired relays serve the account ${account}, and what changes something goes to one only. Nothing was sent.`,
    nextStep: 'Remove all but one of them on the dashboard: an account belongs to one relay.',
  };
}

function asksAboutAccounts(op: string): boolean {
  return op === listAccounts.name || 'account' in (findTool(op)?.input.shape ?? {});
}

function severalMeant(account: string, meant: readonly string[]): ToolErrorData {
  return {
    code: 'account_not_found',
    message: `“${account}” means several accounts.`,
    nextStep: `Use one of: ${meant.slice(0, 20).join(', ')}.`,
  };
}

function ownerOffline(relay: string, account: string): ToolErrorData {
  return {
    code: 'relay_offline',
    message: `The relay “${relay}”, which serves ${account}, is not connected.`,
    nextStep: 'Start it at home; the dashboard shows when it is back.',
  };
}

function accountNeeded(accounts: readonly string[]): ToolErrorData {
  return {
    code: 'invalid_arguments',
    message: 'Several relays are connected, each with accounts of its own, so this question needs an account.',
    nextStep: `Name one: ${accounts.join(', ') || 'see list_accounts'}.`,
  };
}

/** One list of accounts from several relays; a relay that fails fails the whole, for a short list would look complete. */
export function mergeAccounts(answers: readonly WholeAnswer[]): WholeAnswer {
  const accounts = new Map<unknown, unknown>();
  for (const answer of answers) {
    if (answer.kind === 'error') return answer;
    for (const one of (answer.value as { accounts?: { account?: unknown }[] }).accounts ?? []) {
      const name = one.account ?? one;
      if (!accounts.has(name)) accounts.set(name, one);
    }
  }
  return { kind: 'value', value: { accounts: [...accounts.values()] } };
}
