import { parseCompact } from '../../tokens/compact';
import { counted } from '../print';
import { checksAbout, type Check } from './check';
import type { Exchange } from './probe';
import { REMEDIES } from './remedies';

const TOLERATED_SECONDS = 5;
const SERIOUS_SECONDS = 60;

/** Compares the clock of this machine with the `Date` of a response, and the `iat` of its token. */
export function checkClocks({ asked, reply }: Exchange, token: string | undefined): Check[] {
  const date = Date.parse(reply.headers.get('date') ?? '');
  const iat = token === undefined ? undefined : parseCompact(token)?.claims.iat;
  return [
    compare(`the Date of ${asked}`, date, reply),
    ...(typeof iat === 'number' ? [compare('the iat of the token', iat * 1000, reply)] : []),
  ];
}

/** The other clock was read at some time between the request and the response. */
function compare(
  asked: string,
  thenMs: number,
  { sentAtMs, receivedAtMs }: Exchange['reply'],
): Check {
  const { ok, warning, problem, skipped } = checksAbout('clock');
  if (Number.isNaN(thenMs)) return skipped('The responses have no Date.');
  const [then, sent, received] = [thenMs, sentAtMs, receivedAtMs].map((ms) =>
    Math.floor(ms / 1000),
  ) as [number, number, number];
  const seconds = then < sent ? then - sent : Math.max(0, then - received);
  const distance = Math.abs(seconds);
  if (distance === 0) return ok(asked, 'the time of this machine');
  const came = `${counted(distance, 'second')} ${seconds < 0 ? 'behind' : 'ahead of'} this machine`;
  if (distance <= TOLERATED_SECONDS) return ok(asked, came);
  return distance < SERIOUS_SECONDS
    ? warning(asked, came, REMEDIES.clock)
    : problem(asked, came, REMEDIES.clock);
}
