import type { Express } from 'express';

import type { JwtAuth } from 'express-client-jwt';

/** Mounts an auth under a path, and its metadata at the root. */
export function mountUnderPath(app: Express, auth: JwtAuth): void {
  app.use(auth.wellKnown);
  app.use('/v1', auth);
}
