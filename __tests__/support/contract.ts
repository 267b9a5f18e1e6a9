import type { ContractCase } from 'express-client-jwt/testing';

/** Runs the tests of a contract. */
export function runContract(cases: readonly ContractCase[]): void {
  test.each(cases.map(({ title, run }) => [title, run] as const))('%s', (_title, run) => run());
}
