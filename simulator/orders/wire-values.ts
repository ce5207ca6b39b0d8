import type { WireFields } from '../exchange/model.ts';
import { unsetInteger } from '../protocol/fields.ts';
import { BadFieldError } from '../protocol/requests.ts';

export const textOf = ({ values }: WireFields, name: string): string => (values[name] ?? '').trim();

/**
 * A number as a client wrote it; undefined when it is empty, the largest integer or double, infinite or not a number.
 * @throws {BadFieldError} when the field holds something else than a number
 */
export function numberOf(fields: WireFields, name: string): number | undefined {
  const text = textOf(fields, name);
  if (text === '' || /^[+-]?(nan|inf|infinity)$/i.test(text)) return undefined;
  const value = Number(text);
  if (Number.isNaN(value)) throw new BadFieldError(`For input string: "${text}"`);
  return Math.abs(value) >= Number.MAX_VALUE || value === Number(unsetInteger) ? undefined : value;
}

/** The same where zero means "not set" as well. @throws {BadFieldError} */
export const nonZeroOf = (fields: WireFields, name: string): number | undefined => numberOf(fields, name) || undefined;

/** A number that is zero unless set. @throws {BadFieldError} */
export const countOf = (fields: WireFields, name: string): number => numberOf(fields, name) ?? 0;

/** True for 1 and `true`, whichever the client writes. */
export const flagOf = (fields: WireFields, name: string): boolean =>
  !['', '0', 'false', 'none'].includes(textOf(fields, name).toLowerCase());
