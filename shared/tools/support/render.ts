import type { ToolErrorData } from '../../errors.ts';

/** Text building blocks for `render`; pure, no locale dependence. */

/** Renders rows as an aligned plain-text table. Absent cells are blank; numbers align right. */
export function table(headers: readonly string[], rows: readonly (readonly (string | number | undefined)[])[]): string {
  const cells = rows.map((row) => row.map((cell) => (cell === undefined ? '' : String(cell))));
  const widths = headers.map((header, column) =>
    cells.reduce((width, row) => Math.max(width, (row[column] ?? '').length), header.length),
  );
  const numeric = headers.map((_, column) => rows.every((row) => typeof row[column] !== 'string'));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (numeric[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(headers), ...cells.map(line)].join('\n');
}

/** `label value` pairs on one line, leaving out what is absent. */
export function facts(pairs: Readonly<Record<string, string | number | boolean | undefined>>): string {
  return Object.entries(pairs)
    .filter(([, value]) => value !== undefined)
    .map(([label, value]) => `${label} ${value}`)
    .join(' · ');
}

/** What something is on: its price with currency, kind and, where it is not of now, time. */
export function underlyingLine({
  contract,
  conId: _,
  price,
  ...rest
}: Readonly<Partial<Record<'contract' | 'currency' | 'dataType' | 'asOf', string | undefined>>> & {
  readonly conId?: number | undefined;
  readonly price?: number | undefined;
}): string {
  return facts({ [contract ?? 'underlying']: price ?? '', ...rest });
}

/** A failure as a person or a model reads it: what happened, then what to do. */
export function renderError(error: ToolErrorData): string {
  const lines = [`${error.code}: ${error.message}${error.ibCode === undefined ? '' : ` (IB ${error.ibCode})`}`];
  if (error.candidates?.length) lines.push(`Candidates: ${error.candidates.join(' | ')}`);
  if (error.nextStep) lines.push(`Next: ${error.nextStep}`);
  return lines.join('\n');
}

/** The failed items of a call that asks about several instruments. */
export function renderItemErrors(errors: readonly (ToolErrorData & { contract: string })[] | undefined): string[] {
  return (errors ?? []).map((error) => `${error.contract}: ${renderError(error)}`);
}
