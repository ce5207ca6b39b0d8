import type { Alert } from '../../shared/alerts/alert.ts';
import { ToolError } from '../../shared/errors.ts';
import type { Gateway, GatewayLogger } from '../gateway/index.ts';
import { parseNumber } from '../gateway/numbers.ts';
import { dateInZone } from '../gateway/time/time-zones.ts';
import { readableAccounts } from '../tools/support/accounts.ts';
import type { ExecutorConfig } from '../tools/support/tool.ts';
import { accountZone } from './due.ts';
import type { Sighting } from './keeper.ts';

export interface AccountWatchOptions {
  readonly gateway: Gateway;
  readonly config: ExecutorConfig;
  readonly logger: GatewayLogger;
  readonly see: (alert: string, sighting: Sighting) => void;
  readonly problem: (alert: string, message: string | undefined) => void;
}

/** Looks at accounts through the subscriptions that the tools use too; only at accounts that the owner allows. */
export class AccountWatch {
  readonly #options: AccountWatchOptions;
  #looking = false;

  constructor(options: AccountWatchOptions) {
    this.#options = options;
  }

  /** Looks once at the accounts of these alerts. Never rejects; one that comes while another is under way does nothing. */
  async look(alerts: readonly Alert[]): Promise<void> {
    if (this.#looking || !this.#options.gateway.ready) return;
    this.#looking = true;
    try {
      await Promise.all(alerts.map((alert) => this.#lookAt(alert)));
    } finally {
      this.#looking = false;
    }
  }

  async #lookAt(alert: Alert): Promise<void> {
    const { gateway, logger, see, problem } = this.#options;
    try {
      const value = await this.#valueOf(alert);
      problem(alert.id, undefined);
      const at = gateway.serverTime();
      if (value !== undefined) see(alert.id, { value, at, day: dateInZone(accountZone, at) });
    } catch (error) {
      if (!(error instanceof ToolError)) logger.error({ err: error }, 'looking at an account failed');
      else if (!error.code.startsWith('gateway_')) problem(alert.id, error.message);
    }
  }

  async #valueOf({ kind, account }: Alert): Promise<number | undefined> {
    const { gateway, config } = this.#options;
    const [allowed] = readableAccounts({ gateway, config }, account ?? '');
    if (allowed === undefined) return undefined;
    if (kind === 'daily_pnl') return (await gateway.accounts.pnl(allowed)).daily;
    const { accounts } = await gateway.accounts.summaries();
    return parseNumber(accounts.get(allowed)?.get('Cushion')?.get(''));
  }
}
