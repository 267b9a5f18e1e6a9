import { withHeaders, wrongBehind, type Gateway } from '../../support/inspect';

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
  expect(await wrongBehind(gateway)).toEqual(expected);
});
