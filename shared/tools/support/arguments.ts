import type { z } from 'zod';
import { ToolError } from '../../errors.ts';
import { sentencesOf } from './argument-issues.ts';
import type { ToolDefinition } from './define.ts';
import { inputJsonSchema, type JsonSchema } from './json-schema.ts';
import { nearestNames } from './nearest-name.ts';

/**
 * Validates the arguments of a call. Hosts that send every value as a string are understood: `"5"`, `"true"`, `"[…]"`
 * and comma lists become what the schema wants, numbers become strings where a string is wanted, and null counts as
 * absent; all of it inside lists and objects, too. Unknown arguments are refused with the nearest known name.
 *
 * @throws ToolError `invalid_arguments`
 */
export function parseArguments<Tool extends ToolDefinition>(tool: Tool, raw: unknown): z.output<Tool['input']> {
  const given = raw ?? {};
  if (typeof given !== 'object' || Array.isArray(given)) {
    throw new ToolError({ code: 'invalid_arguments', message: `${tool.name} takes an object of named arguments.` });
  }
  const coerced = coerceMembers(inputJsonSchema(tool), given, tool.name);
  const parsed = tool.input.safeParse(coerced);
  if (parsed.success) return parsed.data as z.output<Tool['input']>;
  throw new ToolError({
    code: 'invalid_arguments',
    message: sentencesOf(parsed.error),
    nextStep: `Correct the arguments of ${tool.name} and call it again.`,
  });
}

/** The members of an object whose schema lists them all. @param owner what has them, for errors */
function coerceMembers({ properties = {} }: JsonSchema, given: object, owner: string): Record<string, unknown> {
  const coerced: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (schema === undefined) throw unknownArgument(owner, name, Object.keys(properties));
    if (value !== null && value !== undefined) coerced[name] = coerce(schema, value, `${name} of ${owner}`);
  }
  return coerced;
}

function unknownArgument(owner: string, name: string, known: readonly string[]): ToolError {
  const near = nearestNames(name, known);
  const hint = near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`;
  return new ToolError({
    code: 'invalid_arguments',
    message: `${owner} has no argument ${JSON.stringify(name.slice(0, 60))}.${hint}`,
    nextStep: known.length === 0 ? 'It takes no arguments.' : `Known arguments: ${known.join(', ')}.`,
  });
}

function accepts(schema: JsonSchema, type: string): boolean {
  return schema.type === type || (schema.anyOf?.some((option) => accepts(option, type)) ?? false);
}

function coerce(schema: JsonSchema, value: unknown, name: string): unknown {
  if (typeof value === 'string') {
    return accepts(schema, 'string') ? canonical(schema, value) : coerceString(schema, value.trim(), name);
  }
  const { items = {} } = schema;
  if (Array.isArray(value)) return schema.items ? value.map((item) => coerce(items, item, name)) : value;
  if (accepts(schema, 'array') && (typeof value !== 'object' || accepts(items, 'object'))) {
    return [coerce(items, value, name)];
  }
  if (isObject(value) && schema.properties) return coerceMembers(schema, value, name);
  if (typeof value === 'number' && accepts(schema, 'string') && !accepts(schema, 'number')) return String(value);
  return value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The listed spelling of a choice that was written in another case. */
function canonical({ enum: choices = [] }: JsonSchema, text: string): string {
  return choices.find((choice) => choice.toLowerCase() === text.trim().toLowerCase()) ?? text;
}

function coerceString(schema: JsonSchema, text: string, name: string): unknown {
  if (accepts(schema, 'boolean') && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if ((accepts(schema, 'number') || accepts(schema, 'integer')) && text !== '' && Number.isFinite(Number(text)))
    return Number(text);
  if ((accepts(schema, 'array') || accepts(schema, 'object')) && /^[[{]/.test(text)) {
    const json = parseJson(text);
    return isObject(json) ? coerce(schema, json, name) : text;
  }
  if (accepts(schema, 'array')) {
    const list = text.split(',').map((item) => item.trim());
    return coerce(schema, list.filter(Boolean), name);
  }
  return text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
