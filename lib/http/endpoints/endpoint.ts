import type { NextFunction, Request, Response } from 'express';

import { JwtAuthError } from '../../errors';
import type { Outage, RequestEvent } from '../../events';
import type { Reporter } from '../../reporter';
import { createHttpError } from '../challenge';
import { elapsedMs, hasHungUp } from '../request';
import { passOn, sendError, sendReply, type Reply } from '../respond';

/** One endpoint: a row of the table that is mounted. */
export interface Endpoint {
  /** The path below the mount. */
  readonly path: string;
  /** The methods that it supports. OPTIONS is left to Express and to the app's CORS. */
  readonly methods: readonly string[];
  /** The request headers that its responses depend on (RFC 9110 §12.5.5). */
  readonly vary: string;
  /** Handles one request. It returns the response and the event, and writes neither. */
  answer(req: Request, res: Response, address: string | undefined): Promise<EndpointResult>;
}

/** The result of one request to an endpoint. */
export interface EndpointResult {
  readonly reply: Reply | JwtAuthError;
  readonly event: RequestEvent;
  readonly outages: readonly Outage[];
}

/** The parts that all endpoints share. */
export interface EndpointParts {
  readonly settings: { readonly realm: string; readonly errors: 'json' | 'next' };
  readonly reporter: Reporter;
  /** Reads the address of the caller; undefined if nobody needs it. */
  readonly addressOf: (req: Request) => string | undefined;
}

/** RFC 6749 §5.1. A shared cache might otherwise keep the response to a GET (RFC 9111 §3.5). */
const CACHE_HEADERS = { 'Cache-Control': 'no-store', Pragma: 'no-cache' };

/**
 * Creates the handler of an endpoint. It adds 405, `no-store`, `Vary`, `errors: 'next'` and the
 * event.
 */
export function createEndpointHandler(
  endpoint: Endpoint,
  { settings: { realm, errors }, reporter, addressOf }: EndpointParts,
) {
  return function endpointHandler(req: Request, res: Response, next: NextFunction): void {
    const startedAt = performance.now();
    // Read now, because it may be gone after the caller disconnects.
    const address = addressOf(req);
    for (const [name, value] of Object.entries(CACHE_HEADERS)) res.setHeader(name, value);
    res.vary(endpoint.vary);
    const isSupported = endpoint.methods.includes(req.method);
    const result = isSupported
      ? endpoint.answer(req, res, address)
      : Promise.resolve(refuseMethod());
    result.then(conclude).catch(passOn(next));

    function conclude({ reply, event, outages }: EndpointResult): void {
      const isRefusal = reply instanceof JwtAuthError;
      outages.forEach(reporter.outage);
      if (reporter.isListening) reporter.tell(event, { address, durationMs: elapsedMs(startedAt) });
      if (isRefusal && hasHungUp(req)) return;
      if (!isRefusal) sendReply(res, reply);
      else if (errors === 'next') next(withCacheHeaders(reply, res));
      else sendError(res, reply);
    }
  };

  function refuseMethod(): EndpointResult {
    const { methods } = endpoint;
    const reply = createHttpError('ERR_METHOD_NOT_ALLOWED', { methods }, realm);
    const unknown = { reason: undefined, clientId: undefined, secretLabel: undefined };
    return { reply, event: { type: 'token.refused', code: reply.code, ...unknown }, outages: [] };
  }
}

/**
 * Copies the cache headers into the error. Express's own error handler drops the headers of the
 * response, but sends those of the error.
 */
function withCacheHeaders(error: JwtAuthError, res: Response): JwtAuthError {
  const headers = { ...error.headers, ...CACHE_HEADERS, Vary: String(res.getHeader('Vary')) };
  return new JwtAuthError(error.code, { headers, cause: error.cause });
}
