import {
  type FlexListener,
  type FlexRow,
  type StatementHead,
  StatementReader,
} from '../../relay/documents/flex-statements.ts';

/** Lets somebody hear a whole document, in pieces of that length, and gives it back. @throws ToolError when it is damaged */
export function readTo<Listener extends FlexListener>(listener: Listener, xml: string, pieceLength = 1_000): Listener {
  const reader = new StatementReader([listener]);
  for (let at = 0; at < xml.length; at += pieceLength) reader.write(xml.slice(at, at + pieceLength));
  reader.end();
  return listener;
}

/** Keeps all of a document. */
export class Everything implements FlexListener {
  /** The rows of each section, under the kinds of their elements. */
  readonly statements: (StatementHead & { sections: [name: string, rows: (readonly [kind: string, FlexRow])[]][] })[] =
    [];

  onStatement(head: StatementHead): void {
    this.statements.push({ ...head, sections: [] });
  }

  onSection(name: string): void {
    this.statements.at(-1)?.sections.push([name, []]);
  }

  onRow(row: FlexRow, kind: string): void {
    this.statements
      .at(-1)
      ?.sections.at(-1)?.[1]
      .push([kind, { ...row }]);
  }
}
