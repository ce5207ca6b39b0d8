import { z } from 'zod';
import type { ToolDefinition } from './define.ts';

/** A JSON Schema object; only the parts that this project looks into are typed. */
export interface JsonSchema {
  type?: string;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  enum?: string[];
  properties?: Record<string, JsonSchema>;
  additionalProperties?: boolean | JsonSchema;
}

const inputs = new WeakMap<ToolDefinition, JsonSchema>();

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
 * The JSON Schema of a tool's `structuredContent` as `tools/list` shows it: the names and types of its members. What is inside lists and objects
 * is left to the tool's reference page, since every listed tool costs every conversation its tokens.
 */
export function outputJsonSchema(tool: ToolDefinition): JsonSchema {
  const { type, properties = {} } = resultJsonSchema(tool);
  const outline = Object.entries(properties).map(([name, member]) => [name, { type: member.type ?? 'object' }]);
  return { type: type ?? 'object', properties: Object.fromEntries(outline) };
}

/** Without what costs tokens and says nothing: MCP's default dialect, bounds of exact integers, lengths of texts, how a date is written. */
function convert(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    override: ({ jsonSchema }) => {
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.format === 'date') delete jsonSchema.pattern;
      delete jsonSchema.minLength;
      delete jsonSchema.maxLength;
    },
  });
  return rest as JsonSchema;
}
