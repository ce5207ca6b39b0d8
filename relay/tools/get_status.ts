import type { RelayStatus } from '../../shared/status.ts';
import { getStatus } from '../../shared/tools/get_status.ts';
import { accountKind } from '../gateway/index.ts';
import { executorOf, type ToolContext } from './support/tool.ts';

/** What this relay says about itself and its gateway. */
export function relayStatus({
  gateway,
  config,
  version,
}: Pick<ToolContext, 'gateway' | 'config' | 'version'>): RelayStatus {
  const status = gateway.status();
  const allowed = config.allowedAccounts;
  return {
    version,
    gateway: status.gateway,
    farms: status.farms,
    accounts: status.accounts
      .filter((account) => allowed === undefined || allowed.includes(account))
      .map((account) => ({ account, kind: accountKind(account) })),
    trading: config.trading,
  };
}

/** Clocks that differ by less do no harm. */
const notableSkewSeconds = 60;

const stillConnecting = {
  problem: 'The relay is still connecting to IB Gateway.',
  nextStep: 'Ask again in a few seconds.',
};

/** Works in every state of the gateway. */
export const getStatusExecutor = executorOf(getStatus, describe, { offline: true });

async function describe(_args: Record<string, never>, context: ToolContext) {
  const status = relayStatus(context);
  const { state } = status.gateway;
  const { gateway } = context;
  const ahead = Math.round((gateway.serverTime() - Date.now()) / 1_000);
  const now = new Date(gateway.serverTime()).toISOString();
  const trouble = status.gateway.problem === undefined && state !== 'ready' ? stillConnecting : status.gateway;
  const { problem, nextStep } = trouble;
  return {
    ok: state === 'ready',
    serverTime: now,
    ...(problem === undefined ? {} : { problem }),
    ...(nextStep === undefined ? {} : { nextStep }),
    relays: [
      {
        name: context.config.relayName,
        online: true,
        ...status,
        gateway: {
          ...status.gateway,
          ...(gateway.ready ? { time: now } : {}),
          ...(Math.abs(ahead) < notableSkewSeconds ? {} : { clockAheadSeconds: ahead }),
        },
        ...(gateway.quotes.seen.length > 0 ? { data: [...gateway.quotes.seen] } : {}),
      },
    ],
  };
}
