import { ToolError } from '../../shared/errors.ts';
import { StrictXml, XmlError, type XmlListener } from './strict-xml.ts';

/** One row of a section: attribute → text, as IBKR wrote it. */
export type FlexRow = Readonly<Record<string, string>>;

/** For whom and when a statement is. */
export interface StatementHead {
  readonly account: string;
  /** Dates in the format that the query has. */
  readonly from: string;
  readonly to: string;
  readonly generated: string;
}

/** What a document of statements holds, in its order. */
export interface FlexListener {
  /** @param type IBKR's kind of query: AF for activity, TCF for trade confirmations */
  onQuery?(queryName: string, type: string): void;
  /** What one account and period has begins. */
  onStatement(head: StatementHead): void;
  /** A section of the statement begins, maybe for the second time; one that is included and empty has no rows. */
  onSection(name: string): void;
  /** @param kind the name of its element: sections such as trades have orders and lots beside them */
  onRow(row: FlexRow, kind: string): void;
}

const deepest = 12;
/** Elements around the sections, from the outside. */
const frame = ['FlexQueryResponse', 'FlexStatements', 'FlexStatement'] as const;

/** Reads Flex statements, `FlexQueryResponse` as IBKR documents it, piece by piece, and keeps nothing of them. */
export class StatementReader {
  readonly #listeners: readonly FlexListener[];
  readonly #xml: StrictXml;
  readonly #path: string[] = [];

  constructor(listeners: readonly FlexListener[]) {
    this.#listeners = listeners;
    const events: XmlListener = {
      onOpen: (name, attributes) => this.#open(name, attributes),
      onClose: () => this.#path.pop(),
    };
    this.#xml = new StrictXml(events, deepest);
  }

  /** @throws ToolError `ib_error` when the statement is not well-formed, has a document type, or is something else */
  write(piece: string): void {
    this.#guarded(() => this.#xml.write(piece));
  }

  /** The statement has ended. @throws ToolError as `write` */
  end(): void {
    this.#guarded(() => this.#xml.end());
  }

  #open(name: string, attributes: FlexRow): void {
    const depth = this.#path.push(name);
    if (depth === 1) {
      if (name !== frame[0]) throw unreadable('The answer is no Flex statement.');
    }
    if (frame.every((expected, level) => (this.#path[level] ?? expected) === expected)) {
      for (const listener of this.#listeners) tell(listener, depth, name, attributes);
    }
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof XmlError)) throw error;
      throw unreadable(
        error.reason === 'document-type'
          ? 'The statement has a document type, which Flex never has.'
          : `The statement is damaged near line ${error.line}.`,
      );
    }
  }
}

/** @param depth of the element, from 1 */
function tell(listener: FlexListener, depth: number, name: string, attributes: FlexRow): void {
  if (depth === 1) listener.onQuery?.(attributes.queryName ?? '', attributes.type ?? '');
  if (depth === frame.length) listener.onStatement(headOf(attributes));
  if (depth === frame.length + 1) listener.onSection(name);
  if (depth > frame.length && hasMembers(attributes)) listener.onRow(attributes, name);
}

function headOf(attributes: FlexRow): StatementHead {
  const { accountId: account = '', fromDate: from = '', toDate: to = '', whenGenerated: generated = '' } = attributes;
  return { account, from, to, generated };
}

/** A copy of texts that are kept: a text that was cut out of a piece holds all of the piece in memory. */
export function detached<Texts>(texts: Texts): Texts {
  return JSON.parse(JSON.stringify(texts)) as Texts;
}

function hasMembers(row: FlexRow): boolean {
  for (const _ in row) return true;
  return false;
}

/** The error of a statement that cannot be read. */
export function unreadable(message: string): ToolError {
  return new ToolError({
    code: 'ib_error',
    message,
    nextStep: 'Run the query again with refresh; its format in Client Portal must be XML.',
  });
}
