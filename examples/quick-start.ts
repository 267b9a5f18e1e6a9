import express from 'express';
import { bcryptVerifier, createJwtAuth, getJwt, requireJwt } from 'express-client-jwt';

const app = express();

app.use(
  createJwtAuth({
    keys: process.env.JWT_SECRET,
    verifier: bcryptVerifier([
      {
        clientId: 'reports',
        secrets: [{ hash: process.env.REPORTS_SECRET_HASH }],
        scopes: ['reports:read'],
      },
    ]),
  }),
);

app.get('/reports', requireJwt({ scope: 'reports:read' }), (req, res) => {
  res.json({ hello: getJwt(req).clientId });
});

app.listen(3000, '127.0.0.1');
