import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHeadline } from './headline.ts';

describe('a headline’s metadata', () => {
  it.each([
    [
      '{A:800015:L:en:K:0.97:C:0.9712345}Apple rises',
      { text: 'Apple rises', language: 'en', sentiment: 0.97, confidence: 0.97 },
    ],
    [
      '{A:800015:L:en:K:-0.5:C:0.7}Apple falls',
      { text: 'Apple falls', language: 'en', sentiment: -0.5, confidence: 0.7 },
    ],
    ['{A:800015:L:en:K:n/a:C:0.88}!Upgraded', { text: 'Upgraded', language: 'en', confidence: 0.88 }],
    ['{A:800015:L:de}Kurs', { text: 'Kurs', language: 'de' }],
    [
      '{A:800008,800008:L:Chinese (Simplified and Traditional),zh,Chinese:K:n/a:C:0.9}腾讯',
      { text: '腾讯', language: 'zh', confidence: 0.9 },
    ],
    ['{K:7:C:x:L:}Out of range', { text: 'Out of range' }],
    ['No braces at all', { text: 'No braces at all' }],
    ['{sic} is the word: {A:1}', { text: '{sic} is the word: {A:1}' }],
    ['{A:1:L:en', { text: '{A:1:L:en' }],
  ])('%s', (raw, expected) => {
    expect(parseHeadline(raw)).toEqual(expected);
  });

  it('never hides or changes the headline itself', () => {
    const words = fc
      .stringMatching(/^[A-Za-z0-9 ]{1,40}$/)
      .map((text) => text.trim())
      .filter((text) => text !== '');
    fc.assert(
      fc.property(words, fc.double({ min: -1, max: 1, noNaN: true }), (text, sentiment) => {
        const told = parseHeadline(`{A:1:L:en:K:${sentiment.toFixed(3)}:C:0.5}${text}`);
        expect(told.text).toBe(text.replaceAll(/\s+/g, ' '));
        expect(told.sentiment).toBeCloseTo(sentiment, 1);
      }),
    );
  });
});
