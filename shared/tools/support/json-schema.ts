import { z } from 'zod';
import { scopes, type ToolDefinition } from './define.ts';

/** A JSON Schema object; only the parts that this project looks into are typed. */
export interface JsonSchema {
  type?: string;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  enum?: string[];
  properties?: Record<string, JsonSchema>;
  additionalProperties?: boolean | JsonSchema;
  description?: string;
}

/** A tool as `tools/list` shows it. */
export interface ToolListing extends Pick<ToolDefinition, 'name' | 'title' | 'description' | 'annotations'> {
  readonly inputSchema: JsonSchema;
  readonly outputSchema: JsonSchema;
}

/** Lists of choices that are longer are named by the error that refuses others. */
const maxNamedChoices = 8;

const inputs = new WeakMap<ToolDefinition, JsonSchema>();
const listings = new WeakMap<ToolDefinition, ToolListing>();

/** The tool as `tools/list` shows it; built once. */
export function listingOf(tool: ToolDefinition): ToolListing {
  let listing = listings.get(tool);
  if (!listing) {
    const { name, title, description, annotations } = tool;
    const [whole, outputSchema] = [inputJsonSchema(tool), outputJsonSchema(tool)];
    const inputSchema = tool.scope === scopes.trade ? withNamedParts(whole) : whole;
    listing = { name, title, description, inputSchema, outputSchema, annotations };
    listings.set(tool, listing);
  }
  return listing;
}

/**
 * The parts of an order are told as the names of their members: in full, two tools that take a whole order would cost a
 * conversation as much as ten others. Arguments are read and checked by the whole schema.
 */
function withNamedParts({ properties = {}, ...rest }: JsonSchema): JsonSchema {
  const named = Object.entries(properties).map(([name, part]): [string, JsonSchema] => {
    const { properties: members } = part.items ?? part;
    if (members === undefined) return [name, part];
    return [name, { type: part.type ?? 'object', description: part.description ?? namesOf(members) }];
  });
  return { ...rest, properties: Object.fromEntries(named) };
}

function namesOf(members: Readonly<Record<string, JsonSchema>>): string {
  return Object.entries(members)
    .map(([name, { enum: choices = [], properties }]) => {
      const values = choices.length > 0 && choices.length < maxNamedChoices ? `: ${choices.join('|')}` : '';
      const parts = properties ? ` {${namesOf(properties)}}` : '';
      return `${name}${values}${parts}`;
    })
    .join(', ');
}

/** The JSON Schema of a tool's arguments as `tools/list` shows it; built once. Unknown arguments are forbidden. */
export function inputJsonSchema(tool: ToolDefinition): JsonSchema {
  let schema = inputs.get(tool);
  if (!schema) {
    schema = { ...convert(tool.input), additionalProperties: false };
    inputs.set(tool, schema);
  }
  return schema;
}

/** The whole JSON Schema of a tool's `structuredContent`. */
export function resultJsonSchema(tool: ToolDefinition): JsonSchema {
  return convert(tool.output);
}

/**
 * The JSON Schema of a tool's `structuredContent` as `tools/list` shows it: the names of its members. Every listed
 * tool costs every conversation its tokens, so the rest is left to `resultJsonSchema`, and what many tools may add to the
 * server's instructions.
 */
export function outputJsonSchema(tool: ToolDefinition): JsonSchema {
  const { readAs: _, ...properties } = resultJsonSchema(tool).properties ?? {};
  return { type: 'object', properties: Object.fromEntries(Object.keys(properties).map((name) => [name, {}])) };
}

/**
 * Without what costs tokens and says little: MCP's default dialect, defaults of false and of nothing, bounds of exact integers, smallest values, lengths
 * and patterns of texts, lengths of lists. Arguments are checked against all of it.
 */
function convert(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    override: ({ jsonSchema }) => {
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.default === false || (Array.isArray(jsonSchema.default) && jsonSchema.default.length === 0)) {
        delete jsonSchema.default;
      }
      delete jsonSchema.minimum;
      delete jsonSchema.exclusiveMinimum;
      delete jsonSchema.minLength;
      delete jsonSchema.maxLength;
      delete jsonSchema.pattern;
      delete jsonSchema.minItems;
      delete jsonSchema.maxItems;
      delete jsonSchema.propertyNames;
    },
  });
  return rest as JsonSchema;
}
