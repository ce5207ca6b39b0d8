import { createHash } from 'node:crypto';
import { ToolError } from '../../../shared/errors.ts';

/** Names a question, so that a cursor is only taken for the question it belongs to. */
function fingerprint(question: unknown): string {
  return createHash('sha256').update(JSON.stringify(question)).digest('base64url').slice(0, 12);
}

/** The cursor behind `offset` items of this question's answer. */
export function makeCursor(question: unknown, offset: number): string {
  return Buffer.from(`${fingerprint(question)}:${offset}`).toString('base64url');
}

/**
 * The offset a cursor stands for; 0 without one.
 * @throws ToolError `invalid_arguments` when it belongs to another question or is no cursor at all
 */
export function readCursor(question: unknown, cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const match = /^([\w-]{12}):(\d{1,7})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'));
  if (match?.[1] === fingerprint(question)) return Number(match[2]);
  throw new ToolError({
    code: 'invalid_arguments',
    message: 'The cursor does not belong to this call.',
    nextStep: 'Pass `next` of the previous page together with the same filters, or leave the cursor out to start anew.',
  });
}
