import type { ThrottleOptions } from 'express-client-jwt';

import { createThrottle } from '../../lib/issuing/throttle';

export const START = Date.parse('2026-03-01T12:00:00Z');

/** A throttle whose clock the test controls. */
export function setUp(options: Partial<ThrottleOptions> = {}) {
  const state = { now: START };
  const settings = { failures: 3, windowSeconds: 60, store: undefined, ...options };
  const throttle = createThrottle(settings, { clock: () => state.now, storeTimeoutMs: 20 });
  const fail = async (count: number, clientId = 'a', address: string | undefined = '10.0.0.1') => {
    for (let index = 0; index < count; index++)
      await (await throttle.begin(clientId, address)).end(true);
  };
  /** Returns how long an attempt must wait. The attempt succeeds if it need not wait. */
  const check = async (clientId = 'a', address: string | undefined = '10.0.0.1') => {
    const attempt = await throttle.begin(clientId, address);
    if (attempt.retryAfterSeconds === undefined) await attempt.end(false);
    return attempt.retryAfterSeconds;
  };
  return { state, throttle, fail, check };
}
