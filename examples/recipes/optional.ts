import { Router } from 'express';
import { requireJwt } from 'express-client-jwt';

/** A route file of its own: requireJwt() finds the createJwtAuth() that the request has passed. */
export const catalogue = Router();

catalogue.get('/items', requireJwt({ optional: true }), (req, res) => {
  res.json({ prices: req.jwt ? 'contract' : 'list' });
});

catalogue.delete('/items/:id', requireJwt({ scope: 'items:write items:delete' }), (req, res) => {
  res.json({ deleted: req.params.id });
});
