import assert from 'node:assert/strict';

import type { ClientRecord } from '../clients/client';
import { assertNotProduction } from './assert-not-production';

/** One test of a contract. Any test runner can run it. */
export interface ContractCase {
  /** The title of the test. */
  readonly title: string;
  /** Runs the test. Rejects with an AssertionError if the store breaks the contract. */
  readonly run: () => Promise<void>;
}

/** Creates a test of a contract. It throws in production, because it fills and empties the store. */
export function contractCase(title: string, run: () => Promise<void>): ContractCase {
  return {
    title,
    run: async () => {
      assertNotProduction('The contract of a store');
      await run();
    },
  };
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
function asJson(record: unknown): unknown {
  return JSON.parse(JSON.stringify(record ?? null));
}

/** Asserts that two values are alike as JSON. */
export function assertSame(actual: unknown, expected: unknown, message: string): void {
  assert.deepEqual(asJson(actual), asJson(expected), message);
}

/** A client with every field. */
export const WHOLE: ClientRecord = {
  clientId: 'whole',
  secrets: [
    { hash: HASH, label: '2026-11 “näher”', expiresAt: '2099-01-01T00:00:00.000Z' },
    { hash: HASH, label: 'old' },
  ],
  scopes: ['reports:read', "it's", '{a,b}', '[null]'],
  disabled: true,
  tokensValidAfter: '2026-01-02T03:04:05.678Z',
  expiresInSeconds: 600,
  claims: { tenant: { id: 7, name: 'Zoë 🚀' }, list: [1, 'two', null] },
};
