import { z } from 'zod';

export type JsonSchema = { readonly [key: string]: unknown };

/** JSON Schemas by name, which others refer to. */
export type Components = Map<string, JsonSchema>;

/**
 * A zod schema as JSON Schema. Whatever in it has a name (`.meta({ id })`) goes into `components` and is referred to. `input` is what may
 * be sent, `output` what is received. Throws where two different schemas have one name.
 */
export function jsonSchema(schema: z.ZodType, io: 'input' | 'output', components: Components): JsonSchema {
  const { $schema: _dialect, $defs: named = {}, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  for (const [name, one] of Object.entries(named)) {
    const found = withReferences(one);
    const before = components.get(name);
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(found))
      throw new Error(`two schemas are named ${name}`);
    components.set(name, found);
  }
  return withReferences(rest);
}

/** Names are elsewhere in an OpenAPI document. */
function withReferences(value: object): JsonSchema {
  return JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/')) as JsonSchema;
}
