const maxLength = 80;

/**
 * A name that an app gave itself, fit to stand beside our own words: without control and direction characters, which
 * could rearrange the sentence around it, and too short to push anything away.
 */
export function displayName(name: string): string {
  const plain = name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '').trim();
  const shown = [...plain].slice(0, maxLength).join('');
  return (shown.length < plain.length ? `${shown}…` : shown) || 'An app without a name';
}
