/**
 * Text of somebody else's, fit to stand within a sentence of ours: without control and direction characters, which could
 * rearrange the words around it, and without line ends.
 */
export function plainText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '').trim();
}
