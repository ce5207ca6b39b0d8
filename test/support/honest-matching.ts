import { chai } from 'vitest';

/**
 * In Vitest 5.1.1 a pattern within `toMatchObject` agrees with any text, so that such an assertion could not fail. Here it
 * always does: `expect.stringMatching` compares.
 */
const guarded = Symbol.for('ibkr-remote-mcp honest matching');

chai.use(({ Assertion }, { overwriteMethod }) => {
  // Files share a process, so that it may be done already.
  if (Reflect.has(Assertion, guarded)) return;
  Reflect.set(Assertion, guarded, true);
  overwriteMethod(
    Assertion.prototype,
    'toMatchObject',
    (compare: (...args: unknown[]) => unknown) =>
      function (this: unknown, expected: unknown, ...more: unknown[]) {
        if (holdsPattern(expected)) throw new Error('toMatchObject compares no pattern: use expect.stringMatching');
        return compare.call(this, expected, ...more);
      },
  );
});

function holdsPattern(value: unknown, seen = new Set<unknown>()): boolean {
  if (value instanceof RegExp) return true;
  if (typeof value !== 'object' || value === null || seen.has(value) || 'asymmetricMatch' in value) return false;
  seen.add(value);
  return Object.values(value).some((each) => holdsPattern(each, seen));
}
