import type { z } from 'zod';
import type { Operation } from '../../../../shared/operation.ts';
import type { Alerting } from '../../alerts/alerting.ts';
import type { Caller } from '../../orders/caller.ts';
import type { Cancelling } from '../../orders/cancelling.ts';
import type { OrderReading } from '../../orders/reading.ts';
import type { TicketDesk } from '../../orders/ticket-desk.ts';
import type { RelayView } from '../../relays/status.ts';
import type { Watchlists } from '../../watchlists/watchlists.ts';

/** Asks the relay that serves market data and gives its checked answer. Rejects with a ToolError. */
export type AskRelay = <Input extends z.ZodObject, Output extends z.ZodObject>(
  operation: Operation<Input, Output>,
  args: z.input<Input>,
) => Promise<z.output<Output>>;

/** Tells how far a call is. */
export type Tell = (progress: number, total: number, message: string) => void;

/** What a tool that Home runs itself may use of it. */
export interface HomeToolContext {
  readonly watchlists: Watchlists;
  readonly alerting: Alerting;
  /** The user's relays, as they were when the call began. */
  readonly relays: readonly RelayView[];
  readonly ask: AskRelay;
  readonly tell: Tell;
  /** Who calls, and with what right. */
  readonly caller: Caller;
  readonly desk: TicketDesk;
  readonly cancelling: Cancelling;
  readonly reading: OrderReading;
  /** Asks the relay that is named and gives its checked answer. Rejects with a ToolError. */
  readonly askRelay: <Input extends z.ZodObject, Output extends z.ZodObject>(
    device: string,
    operation: Operation<Input, Output>,
    args: z.input<Input>,
  ) => Promise<z.output<Output>>;
  /** Asks every connected relay how it is. */
  askStatus(): Promise<readonly RelayView[]>;
}

/** Carries out one tool. Rejects with a ToolError. */
export type HomeTool<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject> = (
  args: z.output<Input>,
  context: HomeToolContext,
) => Promise<z.input<Output>>;
