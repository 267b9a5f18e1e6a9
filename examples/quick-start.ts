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
    // onEvent: console.log, // says why a request was refused
  }),
);

app.get('/reports', requireJwt({ scope: 'reports:read' }), (req, res) => {
  res.json({ hello: getJwt(req).clientId });
});

const port = Number(process.env.PORT ?? 3000);
app.listen(port, '127.0.0.1').once('listening', () => {
  console.log(`Listening on http://127.0.0.1:${String(port)}`);
});
