import { fetchObject, withoutQuery, type Fetch } from '../../lib/guarding/fetch-object';

const URL_WITH_KEY = 'https://issuer.example.com/keys?code=secret-code';
const PLACE = 'https://issuer.example.com/keys';
const failing =
  (cause: Error): Fetch =>
  () =>
    Promise.reject(cause);

test.each<[string, Error, string]>([
  [
    'a refused connection',
    new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) }),
    `${PLACE} could not be reached (ECONNREFUSED).`,
  ],
  ['an error with a code', Object.assign(new Error(), { code: 'EPROTO' }), 'reached (EPROTO).'],
  ['an error without a code', new TypeError('fetch failed'), 'reached (fetch failed).'],
  [
    'a redirect',
    new TypeError('fetch failed', { cause: new Error('unexpected redirect') }),
    'responded with a redirect, which is not followed.',
  ],
  [
    'a timeout',
    new DOMException('The operation was aborted due to timeout', 'TimeoutError'),
    'did not respond within 5000 ms.',
  ],
])('names %s, without the query of the URL', async (_title, cause, message) => {
  const failure = fetchObject(URL_WITH_KEY, failing(cause));
  await expect(failure).rejects.toThrow(message);
  await expect(failure).rejects.not.toThrow('secret-code');
});

test('a response without a body is no JSON object', async () => {
  const fetch = (() => Promise.resolve(new Response(null))) as Fetch;
  await expect(fetchObject(PLACE, fetch)).rejects.toThrow(
    `${PLACE} did not respond with a JSON object.`,
  );
});

test('withoutQuery keeps the origin and the path', () => {
  expect(withoutQuery(URL_WITH_KEY)).toBe(PLACE);
});
