import { ScanCode } from '@stoqey/ib';

/** Numbers for scan codes that are not in the library's list; its own are positive or zero. */
let nextNumber = -1;

/**
 * Lends a scan code the number that the library wants instead of it. The library puts the name that its list has under
 * the number on the wire, and its list is far from complete: a code that is missing is entered for as long as needed.
 */
export function lendScanNumber(code: string): { readonly number: ScanCode; readonly giveBack: () => void } {
  const known: unknown = Reflect.get(ScanCode, code);
  if (typeof known === 'number') return { number: known, giveBack: () => undefined };
  const number = nextNumber--;
  Reflect.set(ScanCode, number, code);
  return { number, giveBack: () => Reflect.deleteProperty(ScanCode, number) };
}
