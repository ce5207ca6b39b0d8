import type { Asker } from '../../../shared/orders/home-model.ts';

/** A human's answer to a question of ours, out of a state that the Worker has verified. */
export interface HumanDecision {
  readonly ticket: string;
  readonly nonce: string;
  readonly hash: string;
  readonly accepted: boolean;
}

/** Who calls a tool, as the OAuth grant and the client's request say. */
export interface Caller extends Asker {
  readonly scopes: readonly string[];
  /** Which accounts the grant reaches; all when absent. */
  readonly accounts?: readonly string[];
  readonly decision?: HumanDecision;
}

/** What a human has to be asked before a ticket is submitted. */
export interface Question {
  readonly ticket: string;
  readonly nonce: string;
  readonly hash: string;
  readonly message: string;
}

/** Thrown through a tool whose order waits for the answer of the human that its client can ask. */
export class HumanAsked extends Error {
  readonly question: Question;

  constructor(question: Question) {
    super('a human has to be asked');
    this.question = question;
  }
}
