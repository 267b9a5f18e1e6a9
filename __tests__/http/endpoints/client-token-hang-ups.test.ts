import net from 'node:net';

import express from 'express';
import type { ClientVerifier, JwtAuthEvent } from 'express-client-jwt';

import { recorder, testApp, testAuth, verifying } from '../../support/app';
import { SECRET } from '../../support/clients';
import { listen } from '../../support/raw-http';

describe('a caller who disconnects', () => {
  test('a disconnect aborts the signal of every request on the connection', async () => {
    const signals: AbortSignal[] = [];
    let allAsked: () => void = () => undefined;
    const areAsked = new Promise<void>((resolve) => (allAsked = resolve));
    const verify: ClientVerifier['verify'] = (_credentials, context) => {
      if (context?.signal) signals.push(context.signal);
      if (signals.length === 3) allAsked();
      return new Promise(() => undefined);
    };
    const port = await listen(testApp(verifying(verify)));
    const request = `GET /auth/jwt HTTP/1.1\r\nHost: localhost\r\nclient-id: a\r\nclient-secret: b\r\n\r\n`;
    const socket = net.connect(port, '127.0.0.1', () => socket.write(request.repeat(3)));
    await areAsked;
    const areAborted = Promise.all(
      signals.map(
        (signal) =>
          new Promise((resolve) => {
            signal.addEventListener('abort', resolve);
          }),
      ),
    );
    socket.destroy();
    await areAborted;
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true]);
  });

  test('a disconnect causes no error in a trust proxy function that needs an address', async () => {
    const { events, onEvent } = recorder();
    const call = new AbortController();
    const verify: ClientVerifier['verify'] = (_credentials, context) =>
      new Promise((resolve) => {
        context?.signal?.addEventListener('abort', () => {
          resolve({ clientId: 'reports' });
        });
        call.abort();
      });
    const app = express();
    app.set('trust proxy', (address: string) => address.startsWith('127.'));
    const isTold = new Promise<void>((resolve) => {
      const listener = (event: JwtAuthEvent) => {
        onEvent(event);
        resolve();
      };
      app.use(testAuth({ onEvent: listener, ...verifying(verify) }));
    });
    const url = `http://127.0.0.1:${String(await listen(app))}/auth/jwt`;
    const res = fetch(url, {
      headers: { 'client-id': 'reports', 'client-secret': SECRET },
      signal: call.signal,
    });
    await expect(res).rejects.toThrow('aborted');
    await isTold;
    expect(events).toEqual([
      expect.objectContaining({
        type: 'token.issued',
        address: expect.stringContaining('127.0.0.1') as string,
      }),
    ]);
  });

  test('a disconnect during verification aborts the signal, and the event says so', async () => {
    const { events, onEvent } = recorder();
    let signal: AbortSignal | undefined;
    let asked: () => void;
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    const app = testApp({
      onEvent,
      ...verifying((_credentials, context) => {
        signal = context?.signal;
        asked();
        return new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => {
            reject(new DOMException('aborted', 'AbortError'));
          });
        });
      }),
    });
    const port = await listen(app);
    const call = new AbortController();
    const headers = { 'client-id': 'reports', 'client-secret': SECRET };
    const answer = fetch(`http://127.0.0.1:${String(port)}/auth/jwt`, {
      headers,
      signal: call.signal,
    });
    await isAsked;
    call.abort();
    await expect(answer).rejects.toThrow('aborted');
    await new Promise<void>((resolve) => {
      if (signal?.aborted) resolve();
      else signal?.addEventListener('abort', () => setImmediate(resolve));
    });
    expect(events).toEqual([
      expect.objectContaining({ type: 'token.refused', reason: 'abandoned', clientId: 'reports' }),
    ]);
  });

  test.each<[string, ClientVerifier['verify'], object]>([
    ['a refusal', () => Promise.resolve(undefined), { code: 'ERR_INVALID_CLIENT' }],
    ['an outage', () => Promise.reject(new Error('down')), { type: 'outage', source: 'verifier' }],
  ])('a disconnect before %s does not suppress the event', async (_title, answer, event) => {
    const { events, onEvent } = recorder();
    const call = new AbortController();
    let tell: () => void;
    const isTold = new Promise<void>((resolve) => (tell = resolve));
    const app = testApp({
      onEvent: (told) => {
        onEvent(told);
        tell();
      },
      // It does not read the signal.
      ...verifying(async (credentials) => {
        call.abort();
        await isGone;
        return answer(credentials);
      }),
    });
    let gone: () => void;
    const isGone = new Promise<void>((resolve) => (gone = resolve));
    const outer = express().use((req, _res, next) => {
      req.socket.once('close', () => {
        gone();
      });
      next();
    }, app);
    const url = `http://127.0.0.1:${String(await listen(outer))}/auth/jwt`;
    const headers = { 'client-id': 'reports', 'client-secret': SECRET };
    await expect(fetch(url, { headers, signal: call.signal })).rejects.toThrow('aborted');
    await isTold;
    expect(events[0]).toMatchObject(event);
  });
});
