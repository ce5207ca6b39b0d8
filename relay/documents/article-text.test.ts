import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { articleText } from './article-text.ts';

describe('an article’s text', () => {
  it('has paragraphs, lists, tables and headings as they are read', () => {
    const html =
      '<h2>Profits &amp; losses</h2><p>One<br>two</p><ul><li>a</li><li>b</li></ul>' +
      '<table><tr><th>Year</th><th>EPS</th></tr><tr><td>2025</td><td>6.79</td></tr></table>';
    expect(articleText(html)).toBe('Profits & losses\n\nOne\ntwo\n\n * a\n * b\n\nYear  EPS\n2025  6.79');
  });

  it('keeps the text of links, with addresses that lead to the web', () => {
    expect(articleText('<p><a href="https://a.b/c">Report</a></p>')).toBe('Report [https://a.b/c]');
    expect(articleText('<p><a href="https://a.b/c">https://a.b/c</a></p>')).toBe('https://a.b/c');
    expect(articleText('<p><a href="javascript:alert(1)">Click</a> <a href="data:text/html,x">me</a></p>')).toBe(
      'Click me',
    );
  });

  it.each([
    '<script>secret()</script>',
    '<style>p { color: secret }</style>',
    '<!-- secret -->',
    '<head><title>secret</title></head>',
    '<p hidden>secret</p>',
    '<p aria-hidden="true">secret</p>',
    '<p style="display:none">secret</p>',
    '<p style="display:/* now */none; /* never closed">secret</p>',
    '<p STYLE="Display : /* now */ NONE !important">secret</p>',
    '<div style="color:red;visibility: hidden"><p>secret</p></div>',
    '<span style="font-size:0px">secret</span>',
    '<span style="opacity:0">secret</span>',
    '<span style="position:absolute;left:-9999px">secret</span>',
    '<span style="color:transparent">secret</span>',
    '<table><tr style="display:none"><td>secret</td></tr></table>',
    '<template>secret</template>',
    '<noscript>secret</noscript>',
    '<iframe>secret</iframe>',
    '<svg><text>secret</text></svg>',
    '<textarea>secret</textarea>',
    '<img alt="secret" src="x">',
    '<p style="&#100;isplay:none">secret</p>',
  ])('leaves out what people do not see: %s', (html) => {
    expect(articleText(`<p>before</p>${html}<p>after</p>`)).toBe('before\n\nafter');
  });

  it.each(['color:red', 'font-size:0.9em', 'opacity:0.5', 'display:block', 'margin-left:10px'])(
    'keeps what is merely styled: %s',
    (style) => {
      expect(articleText(`<ul style="${style}"><li style="${style}">seen</li></ul>`)).toBe('* seen');
    },
  );

  it('leaves plain text in its lines', () => {
    expect(articleText('One &amp; two\nthree < four\n\nfive')).toBe('One & two\nthree < four\n\nfive');
  });

  it('survives markup that was made to break it', () => {
    expect(articleText(`${'<div>'.repeat(100_000)}deep`)).toBe('...');
    expect(articleText('<p>open <b>unclosed <i>tags')).toBe('open unclosed tags');
    expect(articleText('')).toBe('');
    expect(articleText(`<p style="${'/*'.repeat(200_000)}">seen</p>`)).toBe('seen');
    expect(articleText(`one${'\n '.repeat(200_000)}two`)).toBe('one\n\ntwo');
    expect(articleText(`<pre>one${'&#10;'.repeat(90_000)}two</pre>`)).toBe('one\n\ntwo');
  });

  it('has no markup of its own left, whatever it was', () => {
    const piece = fc.oneof(
      fc.constantFrom('<p>', '</p>', '<b', '>', '<!--', '-->', '<a href="', '<td style="', '&lt;', '&#0;', '"'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const text = articleText(pieces.join(''));
        expect(text).not.toMatch(/(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}]/u);
        expect(text).toBe(text.trim());
      }),
    );
  });
});
