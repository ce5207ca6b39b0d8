import type { TraderCommand } from '../orders/model.ts';
import type { TraderState } from '../orders/state.ts';
import type { ControlReply } from './control-socket.ts';

/** What of the relay's trading the person at home is told, and can change. */
export interface ControlledDesk {
  readonly state: TraderState;
  readonly presented:
    | { readonly home: string; readonly journal: { readonly length: number; readonly hash: string } }
    | undefined;
  readonly head: { readonly length: number; readonly hash: string };
  /** The gateway has said that it takes no orders. */
  readonly readOnly: boolean;
  command(command: TraderCommand): Promise<ControlReply>;
  /** Checks journal and audit from their first entry on. @throws Error that says where they break */
  verify(): string;
}
