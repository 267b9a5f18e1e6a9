import type { NextFunction, Response } from 'express';

import { JwtAuthError } from '../errors';
import { isError } from '../internal/errors';

/** The response of an endpoint: a small JSON object. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
  /** The response headers that scripts from other origins may read. */
  readonly exposed?: string | undefined;
}

/**
 * Writes a response with Node's own functions: `res.json` would add an ETag and turn the response
 * to a conditional request into 304. Does nothing if the response has ended already.
 */
export function sendReply(res: Response, { status, headers, body, exposed }: Reply): void {
  if (res.headersSent || res.destroyed) return;
  const text = JSON.stringify(body);
  res.removeHeader('ETag');
  if (exposed !== undefined) res.append('Access-Control-Expose-Headers', exposed);
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.setHeader('Content-Length', Buffer.byteLength(text));
  res.statusCode = status;
  res.end(text);
}

/** Writes a refusal or failure, without its cause. */
export function sendError(res: Response, error: JwtAuthError): void {
  const { status, headers, error: word, description, code } = error;
  sendReply(res, { status, headers, body: { error: word, error_description: description, code } });
}

/**
 * Writes a refusal. If a hook of the app throws, its error handler gets the error and the request
 * does not pass.
 */
export function sendErrorOrPassOn(res: Response, error: JwtAuthError, next: NextFunction): void {
  try {
    sendError(res, error);
  } catch (thrown) {
    passOn(next)(thrown);
  }
}

/**
 * Creates a function that passes what a hook of the app threw to its error handler. It always
 * passes an Error, because other values can make Express call the next handler.
 */
export function passOn(next: NextFunction): (cause: unknown) => void {
  return (cause) => {
    next(isError(cause) ? cause : new JwtAuthError('ERR_SERVER', { cause }));
  };
}
