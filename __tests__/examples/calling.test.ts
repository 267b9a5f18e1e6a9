import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import express from 'express';
import { bcryptVerifier, createJwtAuth, memoryRevocations, requireJwt } from 'express-client-jwt';

import type * as Client from '../../examples/calling/client';
import { reports, SECRET } from '../support/clients';
import { KEY } from '../support/mint';

test('the calling program keeps its token, and gets another one when it is refused', async () => {
  const issued: string[] = [];
  const auth = createJwtAuth({
    keys: KEY,
    verifier: bcryptVerifier([reports()]),
    revocations: memoryRevocations(),
    onEvent: (event) => {
      if (event.type === 'token.issued') issued.push(event.jti);
    },
  });
  const app = express().use(auth);
  app.get('/hello', requireJwt(), (req, res) => {
    res.json({ jti: req.jwt?.claims.jti });
  });
  const server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => {
      resolve(listening);
    });
  });
  process.env.API_URL = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  process.env.CLIENT_ID = 'reports';
  process.env.CLIENT_SECRET = SECRET;
  const { api } = jest.requireActual<typeof Client>('../../examples/calling/client');
  const hello = async () => {
    const res = await api(`${String(process.env.API_URL)}/hello`);
    return [res.status, ((await res.json()) as { jti: string }).jti];
  };
  expect([await hello(), await hello()]).toEqual([
    [200, issued[0]],
    [200, issued[0]],
  ]);
  // A token younger than a second is not replaced.
  const later = performance.now() + 2000;
  const clock = jest.spyOn(performance, 'now').mockImplementation(() => later);
  await auth.revokeToken({ jti: issued[0] ?? '', exp: Date.now() / 1000 + 3600 });
  expect(await hello()).toEqual([200, issued[1]]);
  expect(issued).toHaveLength(2);
  clock.mockRestore();
  server.close();
  await auth.close();
});
