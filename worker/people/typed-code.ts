/** Letters and digits that are not mistaken for each other. Thirty-two, so that each carries five bits. */
const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** A code that a person reads out or types: as many random characters, in groups of four. */
export function newTypedCode(characters: number): string {
  const code = Array.from(crypto.getRandomValues(new Uint8Array(characters)), (byte) => alphabet[byte % 32]).join('');
  return code.replace(/.{4}(?=.)/g, '$&-');
}

/** The characters of a code that somebody typed, whatever its case, its spaces and its dashes. */
export function readTypedCode(text: string): string {
  return text.toUpperCase().replace(/[^0-9A-Z]/g, '');
}
