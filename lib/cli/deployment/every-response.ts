import { checksAbout, type Check } from './check';
import { described, type Exchange, type Reply } from './probe';
import { REMEDIES, type Remedy } from './remedies';

interface Rule {
  readonly about: string;
  /** The text if no response is wrong. */
  readonly good: string;
  readonly remedy: Remedy;
  /** Says what is wrong with a response. */
  readonly find: (reply: Reply) => string | undefined;
}

const RULES: readonly Rule[] = [
  {
    about: 'stored responses',
    good: 'none comes from a cache',
    remedy: REMEDIES.cached,
    find: ({ headers }) => {
      const name = CACHE_HEADERS.find((each) => STORED.test(headers.get(each) ?? ''));
      const isOld = Number(headers.get('age') ?? 0) > 0;
      return name ?? (isOld ? 'age' : undefined);
    },
  },
  {
    about: 'Retry-After',
    good: 'no 429 or 503 is without it',
    remedy: REMEDIES.retryAfter,
    find: (reply) =>
      [429, 503].includes(reply.status) && !reply.headers.has('retry-after')
        ? `${described(reply)} without Retry-After`
        : undefined,
  },
  {
    about: 'header names',
    good: 'none is renamed',
    remedy: REMEDIES.remapped,
    find: ({ headers }) => [...headers.keys()].find((name) => name.includes('-remapped-')),
  },
];

/** RFC 9211 §2 has `Cache-Status`; the others are older. */
const CACHE_HEADERS = [
  ...['cache-status', 'x-cache', 'x-cache-status', 'cf-cache-status', 'x-proxy-cache'],
];
const STORED = /(^|[^a-z])(hit|stale|updating|revalidated)\b/i;

/** Checks what must hold for each response of the app, whichever request it belongs to. */
export function checkEveryResponse(exchanges: readonly Exchange[]): Check[] {
  return RULES.map(({ about, good, remedy, find }) => {
    const { ok, problem } = checksAbout(about);
    for (const { asked, reply } of exchanges) {
      const came = find(reply);
      if (came !== undefined) return problem(asked, came, remedy);
    }
    return ok('all responses', good);
  });
}
