import type { Request, RequestName } from './protocol/requests.ts';

/** Which requests go unanswered: by name, by any test of the decoded request, or none. */
export type IgnoreRule = readonly RequestName[] | ((request: Request) => boolean) | 'off';

/** What is wrong with the gateway at the moment. All off is a healthy gateway. */
export class Faults {
  frozen = false;
  ignoreHandshake = false;
  withholdNextValidId = false;
  requestDelayMs = 0;
  /** Orders are refused with error 321. */
  readOnlyApi = false;
  /** Another session of the same user takes the market data: 10197, and no ticks. */
  competingSession = false;
  #ignores: (request: Request) => boolean = () => false;
  #truncations = 0;

  ignore(rule: IgnoreRule): void {
    if (rule === 'off') this.#ignores = () => false;
    else if (typeof rule === 'function') this.#ignores = rule;
    else this.#ignores = ({ name }) => rule.includes(name);
  }

  ignores(request: Request): boolean {
    return this.#ignores(request);
  }

  truncateNextFrame(): void {
    this.#truncations += 1;
  }

  /** The fields that really go out: the first half only if a truncation is due. */
  mutilate(tokens: readonly string[]): readonly string[] {
    if (this.#truncations === 0) return tokens;
    this.#truncations -= 1;
    return tokens.slice(0, Math.ceil(tokens.length / 2));
  }
}
