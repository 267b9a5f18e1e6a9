import { createProbe } from '../../../lib/cli/deployment/probe';

test('a probe sends 30 requests, and no more', async () => {
  const fetch = jest.fn(() => Promise.resolve(new Response('{}')));
  const probe = createProbe(fetch, () => 0);
  for (let count = 0; count < 29; count += 1) await probe.send('a request', 'http://127.0.0.1:1/');
  await probe.fetch('http://127.0.0.1:1/');
  expect(await probe.send('one too many', 'http://127.0.0.1:1/')).toContain('could not be reached');
  expect(fetch).toHaveBeenCalledTimes(30);
});
