import { execFileSync } from 'node:child_process';
import path from 'node:path';

import Ajv, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';

type Json = Readonly<Record<string, unknown>>;

const ajv = new Ajv({ strict: true, allErrors: true });
addFormats(ajv);
const validators = new Map<string, ValidateFunction>();

/** Checks a value against a JSON schema of OpenAPI 3.1. Returns what is wrong; empty if nothing is. */
export function faultsOf(schema: unknown, value: unknown): string {
  const text = JSON.stringify(schema);
  const validate = validators.get(text) ?? ajv.compile(schema as object);
  validators.set(text, validate);
  return validate(value) ? '' : ajv.errorsText(validate.errors);
}

/** The problems that Redocly's linter finds in a document. It is ESM only, so it runs on its own. */
export function lint(document: object): readonly string[] {
  const output = execFileSync(process.execPath, [path.join(__dirname, 'lint-openapi.mjs')], {
    input: JSON.stringify(document),
    encoding: 'utf8',
  });
  return JSON.parse(output) as string[];
}

/** A response of an operation, as a document describes it. */
export interface DescribedResponse {
  readonly headers?: Readonly<Record<string, { required?: boolean; schema: Json }>>;
  readonly content?: Readonly<
    Record<string, { schema: Json; examples?: Readonly<Record<string, { value: unknown }>> }>
  >;
}

/** An operation, as a document describes it. */
export interface Operation {
  readonly operationId?: string;
  readonly security?: readonly Json[];
  readonly responses: Readonly<Record<string, DescribedResponse>>;
}

/** A response as it was sent. */
export interface SentResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** Compares a response with the operation that describes it. Returns what differs. */
export function differencesFrom(
  { responses }: Pick<Operation, 'responses'>,
  { status, headers, body }: SentResponse,
): string[] {
  const described = responses[status];
  if (described === undefined) return [`the status ${String(status)} is not documented`];
  const faults = Object.entries(described.headers ?? {}).map(([name, { required, schema }]) => {
    const value = headers[name.toLowerCase()];
    if (value === undefined) return required === true ? `${name} is missing` : '';
    const typed = schema.type === 'integer' ? Number(value) : value;
    const fault = faultsOf(schema, typed);
    return fault && `${name}: ${fault}`;
  });
  const content = described.content?.['application/json'];
  const bodyFault = content === undefined ? '' : faultsOf(content.schema, body);
  return [...faults, bodyFault].filter((fault) => fault !== '');
}
