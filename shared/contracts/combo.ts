import { invalid, normalise } from './text.ts';

/** One instrument of a combination. */
export interface ComboLeg {
  /** Units of it in one combination; negative where buying the combination sells it. */
  readonly ratio: number;
  /** Its contract string. */
  readonly contract: string;
}

/** IB's limit. */
const mostLegs = 6;
const largestRatio = 1_000;

/**
 * Reads a combination; undefined when the text names one instrument.
 *
 *     combination = [ sign ] leg sign leg { sign leg }     SPY 20261218 C 600 - SPY 20261218 C 610
 *     leg         = [ ratio "x" ] contract                 AAPL 20261218 P 250 - 2 x AAPL 20261218 P 240
 *     sign        = "+" | "-"
 *
 * There are blanks around a sign and an `x`; both are parts of symbols elsewhere.
 * @throws ToolError `invalid_arguments`
 */
export function parseCombo(text: string): readonly ComboLeg[] | undefined {
  const normal = normalise(text).replace(/^([+−–-]) ?/, '$1 ');
  const parts = ` ${/^[+−–-] /.test(normal) ? normal : `+ ${normal}`}`.split(/ ([+−–-]) /);
  if (parts.length < 5) return undefined;
  const legs: ComboLeg[] = [];
  for (let at = 1; at < parts.length; at += 2) {
    legs.push(parseLeg(parts[at] === '+' ? 1 : -1, parts[at + 1] ?? '', text));
  }
  if (legs.length > mostLegs) throw invalid(text, `a combination has at most ${mostLegs} legs`);
  return legs;
}

/** The canonical string of a combination, with the instruments as they are named. */
export function formatCombo(legs: readonly ComboLeg[]): string {
  return legs
    .map(({ ratio, contract }, index) => {
      const sign = ratio < 0 ? '- ' : index > 0 ? '+ ' : '';
      return `${sign}${Math.abs(ratio) === 1 ? '' : `${Math.abs(ratio)} x `}${contract}`;
    })
    .join(' ');
}

function parseLeg(sign: 1 | -1, leg: string, text: string): ComboLeg {
  const { 1: count = '1', 2: contract = '' } = /^(?:(\d{1,6}) [X×] )?(.*)$/.exec(leg) ?? [];
  const ratio = Number(count);
  if (contract === '') throw invalid(text, 'a leg of the combination is empty');
  if (ratio < 1 || ratio > largestRatio) throw invalid(text, `a leg has 1 to ${largestRatio} units`);
  return { ratio: sign * ratio, contract };
}
