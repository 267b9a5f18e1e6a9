/** A JSON object of an OpenAPI document. */
export type Json = Readonly<Record<string, unknown>>;

/** Creates the schema of an object that has exactly these properties. */
export function closed(properties: Json, required = Object.keys(properties)): Json {
  return { type: 'object', properties, required, additionalProperties: false };
}

/** Creates the schema of an object that has these properties and may have more. */
export function open(properties: Json, required = Object.keys(properties)): Json {
  return { type: 'object', properties, required };
}

/** Creates a `content` of JSON. */
export function jsonContent(schema: Json, more: Json = {}): Json {
  return { 'application/json': { schema, ...more } };
}

/** The schema of a text. */
export const TEXT: Json = { type: 'string' };
/** The schema of a number of seconds. */
export const SECONDS: Json = { type: 'integer', minimum: 0 };
/** The schema of a URL. */
export const URL_TEXT: Json = { type: 'string', format: 'uri' };
