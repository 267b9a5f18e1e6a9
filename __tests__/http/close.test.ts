import { bcryptVerifier } from 'express-client-jwt';

import {
  callGuarded,
  expectNoToken,
  getToken,
  guardedApp,
  recorder,
  testAuth,
  tokenOf,
} from '../support/app';
import { hashOf, reports, SECRET } from '../support/clients';

describe('auth.close() during load', () => {
  test('responds to every pending request, issues no tokens for unknown secrets afterwards, and still guards routes', async () => {
    const { events, onEvent } = recorder();
    const clients = [reports({ secrets: [{ hash: hashOf(SECRET, 8) }] })];
    const auth = testAuth({ onEvent, verifier: bcryptVerifier(clients, { threads: 1 }) });
    const app = guardedApp(auth);
    const token = tokenOf(await getToken(app));

    let firstIsIn: () => void = () => undefined;
    const isUnderWay = new Promise<void>((resolve) => (firstIsIn = resolve));
    const load = Array.from({ length: 20 }, async (_, index) => {
      const res = await getToken(app, 'reports', `wrong-secret-${String(index)}`);
      firstIsIn();
      return res;
    });
    await isUnderWay;
    await auth.close();

    const statuses = new Set<number>();
    for (const res of await Promise.all(load)) {
      expectNoToken(res, res.status, res.status === 403 ? 'invalid_client' : 'server_error');
      statuses.add(res.status);
    }
    expect([...statuses].sort()).toEqual([403, 500]);
    expect(events.some((event) => event.type === 'outage' && event.source === 'thread')).toBe(true);

    expectNoToken(await getToken(app, 'reports', 'another-wrong-secret'), 500, 'server_error');
    // A cached secret needs no thread.
    expect((await getToken(app)).status).toBe(200);
    expect((await callGuarded(app, token)).status).toBe(200);
  });
});
