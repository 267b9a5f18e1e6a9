import assert from 'node:assert/strict';

/** One test of a contract. Any test runner can run it. */
export interface ContractCase {
  /** The title of the test. */
  readonly title: string;
  /** Runs the test. Rejects with an AssertionError if the store breaks the contract. */
  readonly run: () => Promise<void>;
}

/** Client IDs that are injection attacks elsewhere, and ordinary names here. */
export const HOSTILE_IDS: readonly string[] = [
  "'OR'1'='1",
  "x';DROP/**/TABLE/**/api_clients;--",
  '$1',
  '%',
  '_',
  '"',
  '\\',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  'toString',
  'x'.repeat(256),
];

/** A secret of the clients in the contracts. */
export const SECRET = 'a-secret-for-the-contract';
/** The bcrypt hash of {@link SECRET}, of the lowest cost. */
export const HASH = '$2b$04$odmqEKVOvsOMrxNuQ6cOJuCsn4dtDEcA1EVaCFUbGitA7CawBBrHS';

/** Converts a record as JSON does, so that records with and without a prototype are alike. */
export function asJson(record: unknown): unknown {
  return JSON.parse(JSON.stringify(record ?? null));
}

/** Asserts that two values are alike as JSON. */
export function assertSame(actual: unknown, expected: unknown, message: string): void {
  assert.deepEqual(asJson(actual), asJson(expected), message);
}
