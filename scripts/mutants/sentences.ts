/** The part of Babel's paths that is looked at. */
interface NodePath {
  isStringLiteral(): boolean;
  isTemplateLiteral(): boolean;
  readonly node: {
    readonly value?: unknown;
    readonly quasis?: readonly { readonly value: { readonly raw: string } }[];
    readonly expressions?: readonly { readonly type: string }[];
  };
}

const reason = 'A sentence: tests that repeat its words would say nothing of what is decided.';
const plain = new Set(['Identifier', 'MemberExpression', 'CallExpression']);

/** Whether a text is words for people: states, codes and names of fields have no space in them. */
function hasWords(text: string): boolean {
  return /\s/.test(text);
}

/**
 * Leaves out sentences: texts with a space in them, and templates of such that only fill in values. Where a template
 * decides between words, it is changed like other code.
 */
export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'sentences',
    value: {
      shouldIgnore(path: NodePath): string | undefined {
        const { value, quasis = [], expressions = [] } = path.node;
        if (path.isStringLiteral()) return hasWords(String(value)) ? reason : undefined;
        if (!path.isTemplateLiteral()) return undefined;
        const worded = quasis.some((part) => hasWords(part.value.raw));
        return worded && expressions.every(({ type }) => plain.has(type)) ? reason : undefined;
      },
    },
  },
];
