import { Router } from 'express';
import {
  bcryptVerifier,
  createJwtAuth,
  getJwt,
  memoryRevocations,
  type ClientStore,
} from 'express-client-jwt';

export function api(store: ClientStore): Router {
  const auth = createJwtAuth({
    keys: process.env.JWT_SECRET,
    verifier: bcryptVerifier(store),
    revocations: memoryRevocations(),
  });
  const router = Router();
  router.use(auth);
  router.delete('/auth/jwt/current', auth.requireJwt(), async (req, res) => {
    await auth.revokeToken(getJwt(req).claims);
    res.status(204).end();
  });
  return router;
}
