import { inspect, withHeaders, type Gateway } from '../../support/inspect';

/** What is not ok behind a gateway. */
const wrongBehind = async (...args: Parameters<typeof inspect>): Promise<string[]> =>
  (await inspect(...args)).filter((line) => !line.startsWith('ok '));

const SKIPPED = [
  'skipped CORS: not checked: Specify the origin of your page with --origin if browsers call your API.',
  'skipped TLS: not checked: The API is on this machine, without TLS.',
];

test.each<[string, Gateway, string[]]>([
  [
    'has a clock that is far ahead',
    (_call, respond) => withHeaders(respond, { date: new Date(Date.now() + 90_000).toUTCString() }),
    [expect.stringMatching(/^problem clock: .*: (89|90) seconds ahead of this machine$/)],
  ],
  [
    'has a clock that is a little behind',
    (_call, respond) => withHeaders(respond, { date: new Date(Date.now() - 20_000).toUTCString() }),
    [expect.stringMatching(/^warning clock: .*: (20|21) seconds behind this machine$/)],
  ],
  [
    'has a clock a little ahead',
    (_call, respond) => withHeaders(respond, { date: new Date(Date.now() + 30_000).toUTCString() }),
    [
      expect.stringMatching(
        /^warning clock: the Date of .*: (29|30) seconds ahead of this machine$/,
      ),
    ],
  ],
  [
    'has no clock',
    (_call, respond) => withHeaders(respond, { date: 'now' }),
    ['skipped clock: not checked: The responses have no Date.'],
  ],
])('the checks of clocks find a server that %s', async (_title, gateway, expected) => {
  const found = await wrongBehind(gateway);
  const shown = found.map((line) => line.replace(/http:\/\/127\.0\.0\.1:\d+/g, 'URL'));
  expect(shown.filter((line) => !SKIPPED.includes(line))).toEqual(expected);
});
