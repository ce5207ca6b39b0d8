import { expect, test } from 'vitest';

test('a pattern within toMatchObject is refused, and one of expect.stringMatching compares', () => {
  const value = { list: [{ text: 'abc' }] };
  expect(() => expect(value).toMatchObject({ list: [{ text: /abc/ }] })).toThrow('use expect.stringMatching');
  expect(() => expect(value).not.toMatchObject({ list: [{ text: /x/ }] })).toThrow('use expect.stringMatching');
  expect(value).toMatchObject({ list: [{ text: expect.stringMatching(/b/) }] });
  expect(() => expect(value).toMatchObject({ list: [{ text: expect.stringMatching(/x/) }] })).toThrow();
});
