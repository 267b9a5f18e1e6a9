import type { NextFunction, Request, Response } from 'express';

import { JwtAuthError } from '../../errors';
import type { Outage, RequestEvent } from '../../events';
import type { MaybePromise } from '../../internal/maybe-promise';
import type { Reporter } from '../../reporter';
import { createHttpError, type ChallengeSettings } from '../challenge';
import { elapsedMs, hasHungUp } from '../request';
import { passOn, sendError, sendReply, type Reply } from '../respond';

/** The kinds of endpoints. */
export type EndpointKind =
  | 'client-token'
  | 'oauth-token'
  | 'introspection'
  | 'revocation'
  | 'jwks'
  | 'issuer-metadata'
  | 'resource-metadata';

/** One endpoint: a row of the table that is mounted. */
export interface Endpoint {
  readonly kind: EndpointKind;
  /** The path below the mount. */
  readonly path: string;
  /** The methods that it supports. OPTIONS is left to Express and to the app's CORS. */
  readonly methods: readonly string[];
  /** The request headers that its responses depend on (RFC 9110 §12.5.5). Default: none. */
  readonly vary?: string;
  /** The `Cache-Control` of a public document. Default: `no-store`. */
  readonly cacheControl?: string;
  /** Handles one request. It returns the response and the event, and writes neither. */
  readonly answer: (
    req: Request,
    res: Response,
    address: string | undefined,
  ) => MaybePromise<EndpointResult>;
}

/** The result of one request to an endpoint. */
export interface EndpointResult {
  readonly reply: Reply | JwtAuthError;
  /** Default: none. */
  readonly event?: RequestEvent | undefined;
  /** What failed during the request. Default: nothing. */
  readonly outages?: readonly Outage[];
}

/** The parts that all endpoints share. */
export interface EndpointParts {
  /** The factory that error messages name. */
  readonly owner: string;
  readonly settings: ChallengeSettings & { readonly errors: 'json' | 'next' };
  readonly reporter: Reporter;
  /** Reads the address of the caller; undefined if nobody needs it. */
  readonly addressOf: (req: Request) => string | undefined;
}

/** RFC 6749 §5.1. A shared cache might otherwise keep the response to a GET (RFC 9111 §3.5). */
const NO_STORE = { 'Cache-Control': 'no-store', Pragma: 'no-cache' };

/**
 * Creates the handler of an endpoint. It adds 405, the cache headers, `Vary`, `errors: 'next'` and
 * the event.
 */
export function createEndpointHandler(
  { methods, vary, cacheControl, answer }: Endpoint,
  { settings, reporter, addressOf }: EndpointParts,
) {
  const isPublic = cacheControl !== undefined;

  return function endpointHandler(req: Request, res: Response, next: NextFunction): void {
    const startedAt = performance.now();
    // Read now, because it may be gone after the caller disconnects.
    const address = isPublic ? undefined : addressOf(req);
    for (const [name, value] of Object.entries(NO_STORE)) res.setHeader(name, value);
    if (vary !== undefined) res.vary(vary);
    handle(req, res, address).then(conclude).catch(passOn(next));

    function conclude({ reply, event, outages = [] }: EndpointResult): void {
      const isRefusal = reply instanceof JwtAuthError;
      outages.forEach(reporter.outage);
      if (event !== undefined && reporter.isListening)
        reporter.tell(event, { address, durationMs: elapsedMs(startedAt) });
      if (isRefusal && hasHungUp(req)) return;
      if (isRefusal && settings.errors === 'next') next(withCacheHeaders(reply, res));
      else if (isRefusal) sendError(res, reply);
      else {
        if (isPublic) makePublic(res, cacheControl);
        sendReply(res, reply);
      }
    }
  };

  async function handle(req: Request, res: Response, address: string | undefined) {
    return methods.includes(req.method) ? answer(req, res, address) : refuseMethod();
  }

  function refuseMethod(): EndpointResult {
    const reply = createHttpError('ERR_METHOD_NOT_ALLOWED', { methods }, settings);
    const unknown = { reason: undefined, clientId: undefined, secretLabel: undefined };
    if (isPublic) return { reply };
    return { reply, event: { type: 'token.refused', code: reply.code, ...unknown } };
  }
}

/**
 * Lets caches keep a public document, without a cookie of the app. A refusal or failure keeps
 * `no-store`.
 */
function makePublic(res: Response, cacheControl: string): void {
  res.removeHeader('Pragma');
  res.removeHeader('Set-Cookie');
  res.setHeader('Cache-Control', cacheControl);
}

/**
 * Copies the cache headers into the error. Express's own error handler drops the headers of the
 * response, but sends those of the error.
 */
function withCacheHeaders(error: JwtAuthError, res: Response): JwtAuthError {
  const vary = res.getHeader('Vary');
  const varies = vary === undefined ? undefined : { Vary: String(vary) };
  const headers = { ...error.headers, ...NO_STORE, ...varies };
  const { code, status, retryAfterSeconds, cause } = error;
  return new JwtAuthError(code, { status, retryAfterSeconds, cause, headers });
}
