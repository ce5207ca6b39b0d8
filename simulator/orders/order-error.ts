/** Why the gateway does not pass an order on: an error code and its text. */
export class OrderRequestError extends Error {
  override readonly name = 'OrderRequestError';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** Error 321 in the gateway's words. */
export const invalid = (cause: string): OrderRequestError =>
  new OrderRequestError(321, `Error validating request.-'bN' : cause - ${cause}`);
