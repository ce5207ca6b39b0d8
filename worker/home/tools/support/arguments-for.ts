import { ToolError } from '../../../../shared/errors.ts';

/** What the actions of a tool need and take, besides `action` itself. */
export type ActionArguments = Readonly<Record<string, { needs?: readonly string[]; takes?: readonly string[] }>>;

/**
 * Checks that a call has what its action needs and nothing that it would ignore.
 * @throws ToolError `invalid_arguments`
 */
export function checkArguments(table: ActionArguments, args: Readonly<Record<string, unknown>>): void {
  const action = String(args.action);
  const { needs = [], takes = [] } = table[action] ?? {};
  const missing = needs.filter((name) => args[name] === undefined);
  const foreign = Object.keys(args).filter(
    (name) => name !== 'action' && args[name] !== undefined && !needs.includes(name) && !takes.includes(name),
  );
  if (missing.length === 0 && foreign.length === 0) return;
  const usable = [...needs, ...takes.map((name) => `${name} (optional)`)].join(', ');
  throw new ToolError({
    code: 'invalid_arguments',
    message:
      missing.length > 0
        ? `“${action}” needs ${missing.join(' and ')}.`
        : `“${action}” does not use ${foreign.join(', ')}.`,
    nextStep: usable === '' ? `Call “${action}” without further arguments.` : `“${action}” takes ${usable}.`,
  });
}
