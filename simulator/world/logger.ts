type Log = (details: Readonly<Record<string, unknown>>, message: string) => void;

/** The part of a structured logger that the simulator uses; a pino logger fits. */
export interface Logger {
  debug: Log;
  info: Log;
  warn: Log;
}

export const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {} };
