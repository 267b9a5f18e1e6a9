import { JwtAuthError, type ClientVerifier } from 'express-client-jwt';

import { authenticate, isOverload } from '../../lib/clients/authenticate';

const credentials = { clientId: 'reports', clientSecret: 'a-secret' };

function ask(verify: ClientVerifier['verify'], { explain = jest.fn(), onHangUp = jest.fn() } = {}) {
  return authenticate({ verifier: { verify }, verifierTimeoutMs: 20 }, credentials, explain, onHangUp);
}

test('gives the client, checked and filled in', async () => {
  expect(await ask(() => Promise.resolve({ clientId: 'reports', scopes: null }))).toEqual({
    clientId: 'reports',
    scopes: [],
    disabled: false,
    tokensValidAfterMs: 0,
    expiresInSeconds: undefined,
    claims: undefined,
  });
});

test.each([undefined, null, { clientId: 'reports', disabled: true }])('takes %j for a no', async (answer) => {
  expect(await ask(() => Promise.resolve(answer as undefined))).toBeUndefined();
});

test.each<[string, ClientVerifier['verify'], string]>([
  ['another client', () => Promise.resolve({ clientId: 'admin' }), 'The verifier answered with another client.'],
  [
    'no client',
    () => Promise.resolve(false as never),
    "What the verifier's verify() answered must be a client: an object with a clientId",
  ],
  ['a rejection', () => Promise.reject(new Error('down')), 'down'],
  ['no answer', () => new Promise(() => undefined), 'The verifier did not answer in time.'],
])('rejects because of %s', async (_title, verify, message) => {
  await expect(ask(verify)).rejects.toThrow(message);
});

test('hands over the credentials, a signal and explain', async () => {
  const explain = jest.fn();
  const verify = jest.fn((_given, context?: Parameters<ClientVerifier['verify']>[1]) => {
    context?.explain?.({ reason: 'wrong_secret' });
    return Promise.resolve(undefined);
  });
  await ask(verify, { explain });
  expect(verify.mock.calls[0]?.[0]).toEqual(credentials);
  expect(explain).toHaveBeenCalledWith({ reason: 'wrong_secret' });
});

test('aborts the signal when the caller hangs up, and at the end in any case', async () => {
  const signals: (AbortSignal | undefined)[] = [];
  const wasAborted: (boolean | undefined)[] = [];
  let hangUp: () => void = () => undefined;
  const verify: ClientVerifier['verify'] = (_given, context) => {
    signals.push(context?.signal);
    wasAborted.push(context?.signal?.aborted);
    hangUp();
    wasAborted.push(context?.signal?.aborted);
    return Promise.resolve(undefined);
  };
  await ask(verify, { onHangUp: jest.fn((giveUp: () => void) => (hangUp = giveUp)) });
  expect(wasAborted).toEqual([false, true]);
  hangUp = () => undefined;
  await ask(verify);
  expect(wasAborted).toEqual([false, true, false, false]);
  expect(signals.map((signal) => signal?.aborted)).toEqual([true, true]);
});

test('an overload is an overload of ours, and nothing else', () => {
  expect(isOverload(new JwtAuthError('ERR_OVERLOADED'))).toBe(true);
  expect(isOverload(new JwtAuthError('ERR_SERVER'))).toBe(false);
  expect(isOverload(Object.assign(new Error('x'), { code: 'ERR_OVERLOADED' }))).toBe(false);
  expect(isOverload(undefined)).toBe(false);
});
