import { ToolError } from '../../shared/errors.ts';
import type { Kind } from './kinds.ts';

const elsewhere = 'Open it in TWS or Client Portal.';
const statement = 'Ask for fewer days with from and to, or take sections and fields out of the query in Client Portal.';

/** How to get at what is too large. */
const steps: Readonly<Record<Kind, string>> = {
  advisorAliases: elsewhere,
  advisorGroups: elsewhere,
  article: elsewhere,
  calendarEvents: 'Ask for fewer days, instruments or types.',
  calendarTypes: 'Try again later.',
  report: 'Ask for another report, or read this one in TWS or Client Portal.',
  statementDigest: statement,
  statementRows: statement,
};

/** The error of a document of some kind that does not fit into memory, or is longer than anybody takes. */
export function tooLarge(kind: Kind, message = 'The document is too large to be read here.'): ToolError {
  return new ToolError({ code: 'result_too_large', message, nextStep: steps[kind] });
}
