import { checksAbout, type Check } from './check';
import type { Exchange } from './probe';
import { REMEDIES } from './remedies';

const { ok, problem } = checksAbout('cache headers');

/** Checks that no cache may store a response (RFC 9111 §5.2.2.5), and no response can become 304. */
export function checkCacheHeaders({ asked, reply: { headers } }: Exchange): Check {
  const cacheControl = headers.get('cache-control') ?? 'no Cache-Control';
  if (!/\bno-store\b/i.test(cacheControl) || /\b(public|max-age=0*[1-9])/i.test(cacheControl))
    return problem(asked, cacheControl, REMEDIES.cacheHeaders);
  return headers.has('etag') || headers.has('last-modified')
    ? problem(asked, 'an ETag or Last-Modified', REMEDIES.cacheHeaders)
    : ok(asked, 'Cache-Control: no-store, and no ETag');
}
