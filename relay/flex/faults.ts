import { ToolError } from '../../shared/errors.ts';

/** What an error code of the Flex Web Service means for whoever asked. */
interface FlexFault {
  readonly means: string;
  readonly nextStep: string;
  /** Asking again later helps. */
  readonly transient?: boolean;
}

const soon: FlexFault = {
  means: 'IBKR could not make the statement just now',
  nextStep: 'Try again in some minutes.',
  transient: true,
};
const notYet: FlexFault = {
  means: 'IBKR’s data for this statement is not ready yet',
  nextStep: 'Try again in an hour; statements are complete some hours after the end of the day.',
  transient: true,
};
const newToken =
  'In Client Portal under Flex Queries → Flex Web Service make a new token and set it as RELAY_FLEX_TOKENS.';

/** https://www.interactivebrokers.com/campus/ibkr-api-page/flex-web-service/ */
const faults: Readonly<Record<number, FlexFault>> = {
  1001: soon,
  1003: {
    means: 'IBKR has no such statement',
    nextStep: 'Check the query’s period and sections in Client Portal, and the dates asked for.',
  },
  1004: soon,
  1005: notYet,
  1006: notYet,
  1007: notYet,
  1008: notYet,
  1009: soon,
  1010: {
    means: 'this is a legacy Flex query',
    nextStep: 'Convert it to an Activity Flex query in Client Portal.',
  },
  1011: {
    means: 'the Flex Web Service is not active for this user',
    nextStep: 'Activate it in Client Portal under Flex Queries → Flex Web Service.',
  },
  1012: { means: 'the token has expired', nextStep: newToken },
  1013: {
    means: 'the token is restricted to another IP address',
    nextStep:
      'Make a token without an IP restriction, or one for the relay’s address, and set it as RELAY_FLEX_TOKENS.',
  },
  1014: { means: 'the query id is not valid for this token', nextStep: 'Check the query id in Client Portal.' },
  1015: { means: 'the token is not valid', nextStep: newToken },
  1016: { means: 'the account is not valid', nextStep: 'Check which accounts the query covers in Client Portal.' },
  1017: { means: 'IBKR has forgotten the request', nextStep: 'Call again.' },
  1018: {
    means: 'too many requests were made with this token',
    nextStep: 'Wait a minute. IBKR allows one request a second and ten a minute.',
    transient: true,
  },
  1019: {
    means: 'IBKR is still generating the statement',
    nextStep: 'Call again in a minute; it continues where it stopped.',
    transient: true,
  },
  1020: { means: 'IBKR could not validate the request', nextStep: 'Check the query id, the dates and the token.' },
  1021: soon,
};

/** A refusal of the Flex Web Service, or a failure on the way to it. */
export class FlexRefusal extends Error {
  override readonly name = 'FlexRefusal';
  /** IBKR's code, where it gave one. */
  readonly code: number | undefined;
  readonly transient: boolean;
  readonly #nextStep: string | undefined;

  constructor(code: number | undefined, message: string, transient: boolean, nextStep?: string) {
    super(message);
    this.#nextStep = nextStep;
    this.code = code;
    this.transient = transient;
  }

  /** What IBKR's answer of that code and text means. Codes that nobody has documented count as permanent. */
  static ofCode(code: number, text: string): FlexRefusal {
    const fault = faults[code];
    const said = text.replace(/\s+/g, ' ').slice(0, 200).replace(/\.$/, '');
    return new FlexRefusal(code, fault ? capital(fault.means) : `IBKR says: ${said}`, fault?.transient ?? false);
  }

  toToolError(): ToolError {
    const nextStep = this.#nextStep ?? faults[this.code ?? 0]?.nextStep ?? 'Try again later.';
    const message = `${this.message}.`;
    return new ToolError({
      code: this.code === 1018 ? 'pacing' : this.code === 1003 ? 'no_data' : 'ib_error',
      message,
      nextStep,
      ...(this.code !== undefined && { ibCode: this.code }),
    });
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
