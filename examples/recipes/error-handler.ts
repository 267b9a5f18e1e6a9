import type { ErrorRequestHandler } from 'express';
import { JwtAuthError } from 'express-client-jwt';

/** With createJwtAuth({ errors: 'next', … }): refusals in the shape of your own API. */
export const errorHandler: ErrorRequestHandler = (error: unknown, _req, res, next) => {
  if (!(error instanceof JwtAuthError) || res.headersSent) {
    next(error);
    return;
  }
  res
    .status(error.status)
    .set(error.headers)
    .json({ code: error.code, message: error.description });
};
