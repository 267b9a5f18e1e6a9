import { parseCompact } from '../../tokens/compact';
import { counted } from '../print';
import { checksAbout, type Check } from './check';
import type { Exchange } from './probe';
import { REMEDIES } from './remedies';

const TOLERATED_SECONDS = 5;
const SERIOUS_SECONDS = 60;

/** Compares the clock of this machine with the `Date` of the last response, and the `iat` of a token. */
export function checkClocks(
  exchanges: readonly Exchange[],
  token: string | undefined,
  nowMs: number,
): Check[] {
  const last = exchanges.at(-1);
  const date = Date.parse(last?.reply.headers.get('date') ?? '');
  const iat = token === undefined ? undefined : parseCompact(token)?.claims.iat;
  return [
    ...(last === undefined ? [] : [compare(`the Date of ${last.asked}`, date, nowMs)]),
    ...(typeof iat === 'number' ? [compare('the iat of the token', iat * 1000, nowMs)] : []),
  ];
}

function compare(asked: string, thenMs: number, nowMs: number): Check {
  const { ok, warning, problem, skipped } = checksAbout('clock');
  if (Number.isNaN(thenMs)) return skipped('The responses have no Date.');
  // Both times are whole seconds.
  const seconds = thenMs / 1000 - Math.floor(nowMs / 1000);
  const distance = Math.abs(seconds);
  const came = `${counted(distance, 'second')} ${seconds < 0 ? 'behind' : 'ahead of'} this machine`;
  if (distance <= TOLERATED_SECONDS) return ok(asked, came);
  return distance < SERIOUS_SECONDS
    ? warning(asked, came, REMEDIES.clock)
    : problem(asked, came, REMEDIES.clock);
}
