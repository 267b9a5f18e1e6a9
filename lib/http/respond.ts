import type { NextFunction, Response } from 'express';

import { JwtAuthError } from '../errors';

/** A body of an answer: small and flat. */
export type JsonBody = Readonly<Record<string, string | number>>;

/**
 * Writes an answer with Node's own functions: `res.json` would add an ETag, and turn the answer to a conditional
 * request into 304. Where the app or the caller has ended the answer already, nothing is done.
 */
export function sendJson(
  res: Response,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: JsonBody,
): void {
  if (res.headersSent || res.destroyed) return;
  const text = JSON.stringify(body);
  res.removeHeader('ETag');
  for (const name in headers) res.setHeader(name, headers[name] ?? '');
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.setHeader('Content-Length', Buffer.byteLength(text));
  res.statusCode = status;
  res.end(text);
}

/** Writes a refusal or failure; its cause stays here. */
export function sendError(
  res: Response,
  { status, headers, error, description }: JwtAuthError,
): void {
  sendJson(res, status, headers, { error, error_description: description });
}

/** For answers that are written while Express waits: what an app's hook throws must not be taken for leave to go on. */
export function sendErrorOrPassOn(res: Response, error: JwtAuthError, next: NextFunction): void {
  try {
    sendError(res, error);
  } catch (thrown) {
    passOn(next)(thrown);
  }
}

/**
 * Hands on what an answer could not be written for: what the app itself hooked into it may throw, and that is for its error
 * handler, as if it had come synchronously. Always as an Error, since Express goes on to the next handler for other values.
 */
export function passOn(next: NextFunction): (cause: unknown) => void {
  return (cause) => {
    next(cause instanceof Error ? cause : new JwtAuthError('ERR_SERVER', { cause }));
  };
}
