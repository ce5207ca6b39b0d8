/**
 * Text that somebody else wrote, made safe to show: without control characters, direction overrides and everything else
 * that nobody sees but a model reads. Line breaks and tabs stay, as do the joiners that scripts and emoji need.
 */
export function foreignText(text: string): string {
  if (/^[\n\t -~]*$/.test(text)) return text;
  return text
    .toWellFormed()
    .replaceAll(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replaceAll(/(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}]/gu, '')
    .replaceAll(/\u034f|\u17b4|\u17b5|[\u115f\u1160\u3164\uffa0]|[\ufe00-\ufe0e]|[\u{e0100}-\u{e01ef}]/gu, '');
}

/** The same on one line, for headlines and cells of tables. */
export function foreignLine(text: string): string {
  return foreignText(text).replaceAll(/\s+/g, ' ').trim();
}
