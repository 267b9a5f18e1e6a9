import express from 'express';
import { bcryptVerifier, createJwtAuth, getJwt, requireJwt } from 'express-client-jwt';
import { fileStore } from 'express-client-jwt/stores/file';

const app = express();
app.use(
  createJwtAuth({
    keys: process.env.JWT_SECRET,
    verifier: bcryptVerifier(fileStore('clients.json')),
  }),
);
app.get('/reports', requireJwt({ scope: 'reports:read' }), (req, res) => {
  res.json({ hello: getJwt(req).clientId });
});

const port = Number(process.env.PORT ?? 3000);
app.listen(port, '127.0.0.1').once('listening', () => {
  console.log(`Listening on http://127.0.0.1:${String(port)}`);
});
