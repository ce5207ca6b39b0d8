import { OptionExerciseAction } from '@stoqey/ib';
import type { PlannedExercise } from '../../../shared/orders/order.ts';
import type { ActingMessage } from '../connection/faces.ts';
import { encodeContract } from './encode.ts';

/** What IB's clients of every version send: no time of a person’s own click, and no operator. */
const cancelTerms = { manualOrderCancelTime: '', extOperator: '' };

/** Cancels one order of the client that sends it. */
export function encodeCancel(orderId: number): ActingMessage {
  return ['cancelOrder', orderId, cancelTerms];
}

/** Cancels every order of the account, whoever placed it. */
export function encodeCancelEverything(): ActingMessage {
  return ['reqGlobalCancel', cancelTerms];
}

/**
 * Exercises an option or lets it lapse. IB's message carries no reference.
 * @throws Error for a number of contracts that is no whole one
 */
export function encodeExercise(requestId: number, exercise: PlannedExercise): ActingMessage {
  const { contract, account, action, quantity, override } = exercise;
  if (!/^[1-9]\d{0,8}$/.test(quantity)) throw new Error('Options are exercised by whole contracts.');
  const what = action === 'exercise' ? OptionExerciseAction.EXERCISE : OptionExerciseAction.LAPSE;
  return ['exerciseOptions', requestId, encodeContract(contract), what, Number(quantity), account, override ? 1 : 0];
}
