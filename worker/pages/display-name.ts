import { plainText } from '../../shared/plain-text.ts';

const maxLength = 80;

/** A name that an app or a relay gave itself, as plain text, and too short to push anything away. */
export function displayName(name: string): string {
  const plain = plainText(name);
  const shown = [...plain].slice(0, maxLength).join('');
  return (shown.length < plain.length ? `${shown}…` : shown) || 'Without a name';
}
