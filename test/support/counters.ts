/** What has been done in this process or isolate since it began. Import it before the code that is counted. */
export interface Counters {
  /** Texts made of values: `JSON.stringify`, `Response.json`. */
  encodings: number;
  /** Values made of texts: `JSON.parse`, `json()` of requests and responses. */
  decodings: number;
  /** `setTimeout`, `setInterval`, `AbortSignal.timeout`. */
  timers: number;
}

export const counters: Counters = { encodings: 0, decodings: 0, timers: 0 };

/** JSON that is not counted. */
export const { stringify } = JSON;

/** Has `counted` called before each call of a method, with what the method is called on. */
export function count<Target extends object>(
  target: Target,
  name: keyof Target,
  counted: (self: unknown) => void,
): void {
  const original = target[name] as (...args: unknown[]) => unknown;
  const replacement = function (this: unknown, ...args: unknown[]) {
    counted(this);
    return original.apply(this, args);
  };
  Object.defineProperty(target, name, { value: replacement, writable: true, configurable: true });
}

export const countTimer = (): void => {
  counters.timers++;
};
const countEncoding = () => {
  counters.encodings++;
};
const countDecoding = () => {
  counters.decodings++;
};

count(JSON, 'stringify', countEncoding);
count(Response, 'json', countEncoding);
count(JSON, 'parse', countDecoding);
count(Response.prototype, 'json', countDecoding);
count(Request.prototype, 'json', countDecoding);
count(globalThis, 'setTimeout', countTimer);
count(globalThis, 'setInterval', countTimer);
count(AbortSignal, 'timeout', countTimer);
