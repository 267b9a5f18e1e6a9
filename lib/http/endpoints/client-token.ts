import type { NextFunction, Request, Response } from 'express';

import { ThreadDiedError } from '../../clients/bcrypt/thread';
import { authenticate, isOverload } from '../../issuing/authenticate';
import type { CheckedClient } from '../../clients/client';
import type { ClientCredentials, VerificationDetails } from '../../clients/verifier';
import { JwtAuthError, type JwtAuthErrorCode } from '../../errors';
import type { JwtAuthEvent, TokenRefusedEvent } from '../../events';
import { withTimeout } from '../../internal/timeout';
import type { IssuedToken, Tokens } from '../../tokens/tokens';
import { parseCredentials } from '../request';
import type { Settings } from '../options';
import type { Reporter, RequestContext } from '../../reporter';
import { passOn, sendError, sendJson } from '../respond';

/** What the token route works with. */
export interface TokenRouteParts {
  readonly settings: Pick<
    Settings,
    | 'verifier'
    | 'verifierTimeoutMs'
    | 'throttle'
    | 'exposeToken'
    | 'tokenInBody'
    | 'errors'
    | 'clock'
  >;
  readonly tokens: Pick<Tokens, 'issue'>;
  readonly reporter: Reporter;
}

/** What becomes known of a request on its way, for its event. */
interface Findings extends VerificationDetails {
  clientId?: string | undefined;
}

const ALLOW = 'GET, HEAD, POST';
const METHODS = ALLOW.split(', ');

/** RFC 6749 §5.1. A GET has no Authorization header here, so a shared cache might otherwise keep the answer (RFC 9111 §3.5). */
const CACHE_HEADERS = { 'Cache-Control': 'no-store', Pragma: 'no-cache' };

/** Refusals that say something of the load rather than of the credentials. */
const EVENT_TYPES = new Map<JwtAuthErrorCode, TokenRefusedEvent['type']>([
  ['ERR_THROTTLED', 'token.throttled'],
  ['ERR_OVERLOADED', 'token.overloaded'],
]);

/** The handler of the token route: credentials in the headers of the request, a token in a header of the answer. */
export function createTokenRoute(parts: TokenRouteParts) {
  return function tokenRoute(req: Request, res: Response, next: NextFunction): void {
    const report = parts.reporter.watch(req);
    const findings: Findings = {};
    for (const [name, value] of Object.entries(CACHE_HEADERS)) res.setHeader(name, value);
    res.vary('client-id, client-secret');

    const answer = issue(parts, req, res, findings).then(
      (issued) => {
        report((context) => issuedEvent(issued, findings, context));
        sendToken(parts, res, issued);
      },
      (cause: unknown) => {
        if (hasHungUp(req)) return;
        const error =
          cause instanceof JwtAuthError ? cause : new JwtAuthError('ERR_SERVER', { cause });
        report((context) => refusedEvent(error, findings, context));
        if (parts.settings.errors === 'next') next(withCacheHeaders(error, res));
        else sendError(res, error);
      },
    );
    answer.catch(passOn(next));
  };
}

async function issue(
  parts: TokenRouteParts,
  req: Request,
  res: Response,
  findings: Findings,
): Promise<IssuedToken> {
  if (!METHODS.includes(req.method))
    throw new JwtAuthError('ERR_METHOD_NOT_ALLOWED', { headers: { Allow: ALLOW } });
  const { clientId, clientSecret } = parseCredentials(req.headers);
  findings.clientId = clientId;
  if (clientId === undefined || clientSecret === undefined)
    throw new JwtAuthError('ERR_CREDENTIALS_MALFORMED');
  const counting = countFailures(parts, clientId, req);
  await counting.check();
  const client = await verify(parts, { clientId, clientSecret }, req, res, findings);
  if (client === undefined) {
    await counting.fail();
    throw new JwtAuthError('ERR_INVALID_CLIENT');
  }
  try {
    return parts.tokens.issue(client, parts.settings.clock());
  } catch (cause) {
    parts.reporter.outage({ source: 'signer', cause, clientId });
    throw new JwtAuthError('ERR_SERVER', { cause });
  }
}

/** Where the store of the throttle fails, tokens are issued all the same: it is there against noise, not against guessing. */
function countFailures({ settings, reporter }: TokenRouteParts, clientId: string, req: Request) {
  const report = (cause: unknown): undefined => {
    reporter.outage({ source: 'throttle', cause, clientId });
  };
  const { throttle, verifierTimeoutMs } = settings;
  const address = throttle && req.ip;
  const inTime = <T>(answer: Promise<T>) =>
    withTimeout(answer, verifierTimeoutMs, 'The throttle store did not answer in time.');
  return {
    check: async () => {
      const seconds = throttle && (await inTime(throttle.check(clientId, address)).catch(report));
      if (seconds !== undefined)
        throw new JwtAuthError('ERR_THROTTLED', { headers: { 'Retry-After': String(seconds) } });
    },
    fail: async () => throttle && inTime(throttle.fail(clientId, address)).catch(report),
  };
}

async function verify(
  { settings, reporter }: TokenRouteParts,
  credentials: ClientCredentials,
  req: Request,
  res: Response,
  findings: Findings,
): Promise<CheckedClient | undefined> {
  const explain = (details: VerificationDetails): void => {
    Object.assign(findings, details);
  };
  try {
    return await authenticate(settings, credentials, explain, (giveUp) => {
      onHangUp(req, res, giveUp);
    });
  } catch (cause) {
    if (isOverload(cause)) throw cause;
    const source = cause instanceof ThreadDiedError ? 'thread' : 'verifier';
    if (!hasHungUp(req)) reporter.outage({ source, cause, clientId: credentials.clientId });
    throw new JwtAuthError('ERR_SERVER', { cause });
  }
}

const hasHungUp = (req: Request): boolean => req.socket.destroyed;

/** An answer that waits behind another one on its connection is not told that the connection is gone; its request is. */
function onHangUp(req: Request, res: Response, giveUp: () => void): void {
  const check = (): void => {
    if (hasHungUp(req)) giveUp();
  };
  check();
  req.once('close', check);
  res.once('close', check);
}

function sendToken(
  { settings }: TokenRouteParts,
  res: Response,
  { token, claims }: IssuedToken,
): void {
  if (settings.exposeToken && !res.headersSent)
    res.append('Access-Control-Expose-Headers', 'Authorization');
  const body = { token_type: 'Bearer', expires_in: claims.exp - claims.iat };
  sendJson(
    res,
    200,
    { Authorization: `Bearer ${token}` },
    settings.tokenInBody ? { access_token: token, ...body } : body,
  );
}

/** Express drops the headers of an answer when an error reaches its own handler, and sets those of the error. */
function withCacheHeaders(error: JwtAuthError, res: Response): JwtAuthError {
  const headers = { ...error.headers, ...CACHE_HEADERS, Vary: String(res.getHeader('Vary')) };
  return new JwtAuthError(error.code, { headers, cause: error.cause });
}

function issuedEvent(
  { claims, kid }: IssuedToken,
  { secretLabel }: Findings,
  context: RequestContext,
): JwtAuthEvent {
  return {
    type: 'token.issued',
    clientId: claims.sub,
    jti: claims.jti ?? '',
    kid,
    secretLabel,
    ...context,
  };
}

function refusedEvent(
  { code }: JwtAuthError,
  { clientId, reason, secretLabel }: Findings,
  context: RequestContext,
): JwtAuthEvent {
  const type = EVENT_TYPES.get(code) ?? 'token.refused';
  return { type, code, reason, clientId, secretLabel, ...context };
}
