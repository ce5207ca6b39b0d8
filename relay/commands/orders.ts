import type { Logger } from 'pino';
import type { ToolErrorData } from '../../shared/errors.ts';
import type { OpaqueStatus } from '../../shared/tunnel/frames.ts';
import type { ApproverDesk } from '../approvers/approver-desk.ts';
import type { ConfigOf } from '../config.ts';
import { answerControl } from '../control/answers.ts';
import { type ControlRequest, controlSocketIn, serveControl } from '../control/control-socket.ts';
import type { ControlledDesk } from '../control/controlled-desk.ts';
import type { Gateway } from '../gateway/index.ts';
import type { TunnelOptions } from '../hub/tunnel.ts';
import { type Journal, JournalError } from '../orders/journal.ts';
import { viewOfDesk } from '../orders/preparing/desk-view.ts';
import { preparingExecutors } from '../orders/preparing/prepare-order.ts';
import { listOrdersExecutor } from '../orders/reading/list-orders.ts';
import type { ToolExecutor } from '../tools/support/tool.ts';
import { compareWithJournal } from '../trading/audit-check.ts';
import type { AuditFile } from '../trading/audit-file.ts';
import { type DeskFiles, deskFilesIn, openDeskFiles, recordAlone } from '../trading/desk-files.ts';
import { TradingDesk } from '../trading/trading-desk.ts';
import { CommandError, exitCodes } from './exit.ts';

export interface OrdersOptions {
  readonly config: ConfigOf<'run'>;
  readonly gateway: Gateway;
  readonly logger: Logger;
  /** Which keys approve orders, for commands at home. */
  readonly approvers: ApproverDesk;
  readonly onChange: () => void;
  /** The disk has failed: the process must end, and not come back from this call. */
  readonly onDiskFailure: (error: unknown) => never;
}

const wallTime = () => Date.now();

/** What of a running relay has to do with orders: nothing is opened, and nothing can be sent, where it only reads. */
export class Orders {
  readonly #options: OrdersOptions;
  #open: (DeskFiles & { readonly desk: TradingDesk }) | undefined;
  /** Why nothing is traded although it may be. */
  #problem: ToolErrorData | undefined;

  #endControl: (() => void) | undefined;

  constructor(options: OrdersOptions) {
    this.#options = options;
  }

  /** Opens journal and desk, before the gateway is connected. */
  start(): void {
    this.#listen();
    const { config, gateway, logger, onChange, onDiskFailure } = this.#options;
    const { dataDir, policy, accounts, approval, gatewayClientId, killFile, gatewayRestartAt, gatewayClock, trading } =
      config;
    if (trading === 'read-only') return;
    const files = this.#openFiles(dataDir, wallTime);
    if (!files) return;
    const { journal, outbox, audit, spare } = files;
    const desk = new TradingDesk({
      trading: gateway.orders.takeTrading(),
      ...{ journal, outbox, spare, audit, wallTime, onChange, onDiskFailure },
      config: {
        mode: trading,
        clientId: gatewayClientId,
        policy,
        accounts,
        restartAt: gatewayRestartAt,
        simulatedClock: gatewayClock === 'simulated',
        approval,
      },
      killFile: killFile ?? deskFilesIn(dataDir).killFile,
      readOnly: gateway.orders.readOnly,
      gatewayTime: () => gateway.serverTime(),
      logger: logger.child({ part: 'orders' }),
    });
    this.#open = { ...files, desk };
    gateway.orders.readOnly.onChange(onChange);
    desk.start();
  }

  /** What is damaged is no reason not to read. @throws {CommandError} when another process has it */
  #openFiles(dataDir: string, wallTime: () => number): DeskFiles | undefined {
    try {
      return openDeskFiles(dataDir, wallTime);
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
      if (error.why === 'held') throw new CommandError({ reason: error.message, exitCode: exitCodes.inUse });
      this.#options.logger.error(error.message);
      this.#problem = {
        code: 'trading_unavailable',
        message: 'The relay cannot use its journal of orders, so it does not trade.',
        nextStep: 'Its owner looks at the relay’s log at home, which says what to do.',
        sent: false,
      };
      return undefined;
    }
  }

  /** For the person at home, in every mode. */
  #listen(): void {
    const { config, logger, approvers } = this.#options;
    const answer = (request: ControlRequest) => {
      if (request.command === 'approvers') return approvers.command(request);
      const controlled = this.#open && controlledDesk(this.#open.desk, this.#open);
      return answerControl(controlled, request, this.#problem?.message);
    };
    const onError = (error: unknown) => logger.warn({ err: error }, 'a command at home could not be carried out');
    this.#endControl = serveControl(controlSocketIn(config.dataDir), answer, onError);
  }

  /** Before the gateway's connection is closed: what waits is refused. */
  stop(): void {
    this.#endControl?.();
    this.#endControl = undefined;
    this.#open?.desk.stop();
  }

  /** After everything that could still be told. Can be called again. */
  close(): void {
    const open = this.#open;
    this.#open = undefined;
    open?.close();
  }

  /** Writes into the audit, which a relay that does not trade opens for this alone. */
  record(entry: Readonly<Record<string, unknown>>): void {
    if (this.#open) this.#open.audit.add(entry);
    else recordAlone(this.#options.config.dataDir, wallTime, entry);
  }

  /** What Home can ask: where nothing is traded, too. */
  operations(): readonly ToolExecutor[] {
    const clientId = this.#options.config.gatewayClientId;
    const onlooker = () => {
      const { desk, journal } = this.#open ?? {};
      const tickets = desk ? [...desk.state.active.values(), ...desk.state.ended.values()] : [];
      return { clientId, relay: journal?.relay, tickets };
    };
    return [...preparingExecutors(this.#view(), this.#problem), listOrdersExecutor(onlooker)];
  }

  /** What the tunnel needs so that orders can be sent and told of. */
  tunnel(): Partial<TunnelOptions> {
    if (!this.#open) return {};
    const { desk, outbox } = this.#open;
    return {
      outbox,
      instruct: (instruction) => desk.instruct(instruction),
      onEntered: (time) => desk.homeEntered(time),
      clock: { asked: () => desk.clockAsked(), told: (time) => desk.clockTold(time) },
      onLeft: () => desk.homeLeft(),
      onTaken: (taken) => desk.taken(taken),
    };
  }

  status(): OpaqueStatus {
    return this.#open ? { orders: this.#open.desk.status() } : {};
  }

  #view() {
    const { config, gateway } = this.#options;
    const { policy, approval, gatewayClientId: clientId } = config;
    return this.#open && viewOfDesk(this.#open.desk, gateway, { policy, approval, clientId });
  }
}

/** A desk as commands at home have it. */
export function controlledDesk(desk: TradingDesk, { journal, audit }: DeskFiles): ControlledDesk {
  return {
    state: desk.state,
    // What fits needs no person.
    presented: desk.state.presented === undefined ? undefined : desk.presented,
    head: journal.head,
    readOnly: desk.status().blocked !== undefined,
    command: (command) => desk.command(command),
    verify: () => verifyBoth(journal, audit),
  };
}

function verifyBoth(journal: Journal, audit: AuditFile): string {
  journal.verify();
  const { entries, broken } = audit.verify();
  if (broken !== undefined) throw new Error(`The audit does not hold together from its entry ${broken} on.`);
  const difference = compareWithJournal(audit.rows(), journal);
  if (difference !== undefined) throw new Error(difference);
  return `The journal (${journal.head.length} entries) and the audit (${entries} entries) hold together.`;
}
