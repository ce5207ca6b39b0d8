import type { ToolErrorData } from '../errors.ts';
import { type ApprovalMode, approvalModes } from './ticket-states.ts';

/** Who must approve an order, as the owner's strictest word has it. One implementation for each mode. */
export interface ApprovalPath {
  readonly mode: ApprovalMode;
  /**
   * What an order waits for once it is prepared: nothing; an answer of the human that the client can ask; or another call of
   * the asker. An error where the mode does not exist yet: nothing is sent then.
   */
  after(client: { readonly canAsk: boolean }): 'nothing' | 'answer' | 'confirmation' | ToolErrorData;
  /** In words, for whoever asks whom it waits for. */
  readonly by: string;
}

const none: ApprovalPath = { mode: 'none', after: () => 'nothing', by: 'nobody' };

/** A client that can ask its human has to: its model cannot confirm by itself. */
const ticket: ApprovalPath = {
  mode: 'ticket',
  after: ({ canAsk }) => (canAsk ? 'answer' : 'confirmation'),
  by: 'confirm_order',
};

const paths: Readonly<Record<ApprovalMode, ApprovalPath>> = {
  none,
  ticket,
  human: unavailable('human'),
  passkey: unavailable('passkey'),
  home: unavailable('home'),
};

export function approvalPath(mode: ApprovalMode): ApprovalPath {
  return paths[mode];
}

/** The strictest of what several layers ask for. */
export function strictest(...modes: readonly (ApprovalMode | undefined)[]): ApprovalMode {
  const ranks = modes.map((mode) => (mode === undefined ? 0 : approvalModes.indexOf(mode)));
  return approvalModes[Math.max(0, ...ranks)] ?? 'home';
}

function unavailable(mode: ApprovalMode): ApprovalPath {
  const error: ToolErrorData = {
    code: 'trading_unavailable',
    message: `Orders need approval “${mode}” here, which this version does not have yet. Nothing was sent.`,
    nextStep: 'The owner can set the approval mode “ticket” in the policy at home, or wait for a newer version.',
  };
  return { mode, after: () => error, by: 'a person' };
}
