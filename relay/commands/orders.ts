import { join } from 'node:path';
import type { Logger } from 'pino';
import type { OpaqueStatus } from '../../shared/tunnel/frames.ts';
import type { ConfigOf } from '../config.ts';
import { answerControl } from '../control/answers.ts';
import { controlSocketIn, serveControl } from '../control/control-socket.ts';
import type { Gateway } from '../gateway/index.ts';
import { Outbox } from '../hub/outbox.ts';
import type { TunnelOptions } from '../hub/tunnel.ts';
import { Journal } from '../orders/journal.ts';
import { viewOfDesk } from '../orders/preparing/desk-view.ts';
import { prepareOrderExecutor, sendFactsOf } from '../orders/preparing/prepare-order.ts';
import { listOrdersExecutor } from '../orders/reading/list-orders.ts';
import type { ToolContext, ToolExecutor } from '../tools/support/tool.ts';
import { AuditFile } from '../trading/audit-file.ts';
import { SpareFile } from '../trading/spare-space.ts';
import { TradingDesk } from '../trading/trading-desk.ts';

/** A moment before an order leaves, what it would do is found out again for so long at most. */
const factsWithinMs = 4_000;

export interface OrdersOptions {
  readonly config: ConfigOf<'run'>;
  readonly gateway: Gateway;
  readonly context: Pick<ToolContext, 'gateway' | 'config' | 'logger'>;
  readonly logger: Logger;
  readonly onChange: () => void;
  /** The disk has failed: the process must end, and not come back from this call. */
  readonly onDiskFailure: (error: unknown) => never;
}

/** What of a running relay has to do with orders: nothing is opened, and nothing can be sent, where it only reads. */
export class Orders {
  readonly #options: OrdersOptions;
  #open:
    | {
        readonly desk: TradingDesk;
        readonly journal: Journal;
        readonly outbox: Outbox;
        readonly audit: AuditFile;
        readonly spare: SpareFile;
      }
    | undefined;

  #endControl: (() => void) | undefined;

  constructor(options: OrdersOptions) {
    this.#options = options;
  }

  /** Opens journal and desk, before the gateway is connected. */
  start(): void {
    this.#listen();
    const { config, gateway, context, logger, onChange, onDiskFailure } = this.#options;
    const { dataDir, policy, approval, gatewayClientId, killFile, gatewayRestartAt, trading } = config;
    if (trading === 'read-only') return;
    const file = (name: string) => join(dataDir, name);
    const wallTime = () => Date.now();
    const spare = new SpareFile(file('orders-spare'));
    const journal = Journal.open({ file: file('orders.sqlite'), spare, now: wallTime });
    const outbox = new Outbox(file('outbox.sqlite'));
    const audit = new AuditFile(file('audit.sqlite'), wallTime);
    const desk = new TradingDesk({
      trading: gateway.orders.takeTrading(),
      ...{ journal, outbox, spare, audit, wallTime, onChange, onDiskFailure },
      config: { mode: trading, clientId: gatewayClientId, policy, restartAt: gatewayRestartAt, approval },
      killFile: killFile ?? file('STOP'),
      gatewayTime: () => gateway.serverTime(),
      factsOf: async ({ order }) => {
        const view = this.#view();
        return view && sendFactsOf(order, { ...context, signal: AbortSignal.timeout(factsWithinMs) }, view);
      },
      logger: logger.child({ part: 'orders' }),
    });
    this.#open = { desk, journal, outbox, audit, spare };
    desk.start();
  }

  /** For the person at home, in every mode. */
  #listen(): void {
    const { config, logger } = this.#options;
    const answer = (request: Parameters<typeof answerControl>[1]) => {
      const { desk, journal, audit } = this.#open ?? {};
      const controlled = desk &&
        journal &&
        audit && {
          state: desk.state,
          // What fits needs no person.
          presented: desk.state.presented === undefined ? undefined : desk.presented,
          head: journal.head,
          command: (command: Parameters<TradingDesk['command']>[0]) => desk.command(command),
          verify: () => verifyBoth(journal, audit),
        };
      return answerControl(controlled, request);
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
    open?.journal.close();
    open?.outbox.close();
    open?.audit.close();
  }

  /** What Home can ask: where nothing is traded, too. */
  operations(): readonly ToolExecutor[] {
    const clientId = this.#options.config.gatewayClientId;
    const onlooker = () => {
      const { desk, journal } = this.#open ?? {};
      const tickets = desk ? [...desk.state.active.values(), ...desk.state.ended.values()] : [];
      return { clientId, relay: journal?.relay ?? '', tickets };
    };
    return [prepareOrderExecutor(this.#view()), listOrdersExecutor(onlooker)];
  }

  /** What the tunnel needs so that orders can be sent and told of. */
  tunnel(): Partial<TunnelOptions> {
    if (!this.#open) return {};
    const { desk, outbox } = this.#open;
    return {
      outbox,
      instruct: (instruction) => desk.instruct(instruction),
      onEntered: (time) => desk.homeEntered(time),
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

function verifyBoth(journal: Journal, audit: AuditFile): string {
  journal.verify();
  const { length, broken } = audit.verify();
  if (broken !== undefined) throw new Error(`The audit does not hold together from its entry ${broken} on.`);
  return `The journal (${journal.head.length} entries) and the audit (${length} entries) hold together.`;
}
