import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** One row of a section: attribute → text, as IBKR wrote it. */
export type FlexRow = Readonly<Record<string, string>>;

/** What a statement holds for one account and period. */
export interface FlexStatement {
  readonly account: string;
  /** Dates in the format that the query has. */
  readonly from: string;
  readonly to: string;
  readonly generated: string;
  /** Section → rows, in the order of the statement; one that is included and empty has none. */
  readonly sections: ReadonlyMap<string, readonly FlexRow[]>;
}

export interface FlexDocument {
  readonly queryName: string;
  /** IBKR's kind of query: AF for activity, TCF for trade confirmations. */
  readonly type: string;
  readonly statements: readonly FlexStatement[];
}

/** The XML is damaged or no Flex statement; the message is a sentence without its content. */
export class FlexFormatError extends Error {
  override readonly name = 'FlexFormatError';
}

/** An element as the parser gives it: attributes under `$`, children under their names, '' when empty. */
type Element = '' | { readonly $?: Record<string, string>; readonly [child: string]: unknown };

const attributes = '$';
const deepest = 12;

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  attributesGroupName: attributes,
  parseAttributeValue: false,
  parseTagValue: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  htmlEntities: true,
  maxNestedTags: deepest,
});

/**
 * Reads a Flex statement, `FlexQueryResponse` as IBKR documents it.
 * @throws FlexFormatError when it is not well-formed, has a document type, or is something else
 */
export function parseStatement(xml: string): FlexDocument {
  if (/<!DOCTYPE/i.test(xml)) throw new FlexFormatError('The statement has a document type, which Flex never has.');
  const wellFormed = XMLValidator.validate(xml);
  if (wellFormed !== true) throw new FlexFormatError(`The statement is damaged near line ${wellFormed.err.line}.`);
  let root: Element | undefined;
  try {
    root = (parser.parse(xml) as Record<string, Element | undefined>).FlexQueryResponse;
  } catch {
    throw new FlexFormatError('The statement cannot be read.');
  }
  if (root === undefined) throw new FlexFormatError('The answer is no Flex statement.');
  const own = attributesOf(root);
  return {
    queryName: own.queryName ?? '',
    type: own.type ?? '',
    statements: children(root, 'FlexStatements')
      .flatMap((list) => children(list, 'FlexStatement'))
      .map(statementOf),
  };
}

function statementOf(element: Element): FlexStatement {
  const own = attributesOf(element);
  return {
    account: own.accountId ?? '',
    from: own.fromDate ?? '',
    to: own.toDate ?? '',
    generated: own.whenGenerated ?? '',
    sections: new Map(
      childNames(element).map((name) => {
        return [name, withKinds(children(element, name).flatMap((section) => rowsOf(name, section)))];
      }),
    ),
  };
}

/** A row and the name of its element. */
type KindOfRow = readonly [kind: string, row: FlexRow];

/** The element itself when it is a row, and the rows below it. */
function rowsOf(name: string, element: Element): KindOfRow[] {
  const own = attributesOf(element);
  const rows: KindOfRow[] = Object.keys(own).length > 0 ? [[name, own]] : [];
  for (const child of childNames(element)) {
    for (const row of children(element, child)) rows.push(...rowsOf(child, row));
  }
  return rows;
}

/** The kind of row is said only where a section has several, such as trades with their orders and lots. */
function withKinds(rows: readonly KindOfRow[]): readonly FlexRow[] {
  const several = rows.some(([kind]) => kind !== rows[0]?.[0]);
  return rows.map(([rowType, row]) => (several ? { ...row, rowType } : row));
}

function attributesOf(element: Element): Readonly<Record<string, string>> {
  return element === '' ? {} : (element.$ ?? {});
}

function childNames(element: Element): string[] {
  return typeof element === 'object'
    ? Object.keys(element).filter((name) => name !== attributes && name !== '#text')
    : [];
}

function children(element: Element, name: string): Element[] {
  if (typeof element !== 'object') return [];
  const value = element[name] as Element | Element[] | undefined;
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}
