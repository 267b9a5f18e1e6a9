import type { Client } from 'express-client-jwt';

import { createStandingCheck, type StandingSettings } from '../../lib/guarding/standing';

export const START = 1_000_000_000;

/** A client lookup with a store and a clock that the test controls. */
export function setUp({
  selfCaching,
  ...settings
}: Partial<StandingSettings> & { selfCaching?: boolean } = {}) {
  const state = {
    now: START,
    answer: (): Promise<Client | undefined> => Promise.resolve({ clientId: 'a' }),
  };
  const find = jest.fn((clientId: string) =>
    clientId === 'never' ? new Promise<undefined>(() => undefined) : state.answer(),
  );
  const outages: unknown[] = [];
  const check = createStandingCheck(
    { find, selfCaching },
    {
      clientCacheSeconds: 30,
      maxStaleSeconds: 300,
      timeoutMs: 20,
      clock: () => state.now,
      onOutage: ({ cause }) => void outages.push(cause),
      ...settings,
    },
  );
  const standingOf = (clientId: string) => check(clientId, state.now);
  const ask = async (seconds: number, clientId = 'a') => {
    state.now = START + seconds * 1000;
    return standingOf(clientId);
  };
  return { state, find, outages, standingOf, ask };
}

export const GOOD = { disabled: false, tokensValidAfterMs: 0, scopes: undefined };
export const DOWN = new Error('down');
export const down = () => Promise.reject(DOWN);
