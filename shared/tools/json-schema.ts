import { z } from 'zod';
import type { ToolDefinition } from './define.ts';

/** A JSON Schema object; only the parts that this project looks into are typed. */
export interface JsonSchema {
  type?: string;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
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

/** The JSON Schema of a tool's `structuredContent`. */
export function outputJsonSchema(tool: ToolDefinition): JsonSchema {
  return convert(tool.output);
}

/** Without what costs tokens and says nothing: MCP's default dialect, and the bounds of exact integers. */
function convert(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    override: ({ jsonSchema }) => {
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return rest as JsonSchema;
}
