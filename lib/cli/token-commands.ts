import { isoOf } from '../admin/describe-client';
import { parseCompact } from '../tokens/compact';
import type { Command, Input } from './command';
import { table } from './print';

const TIMES = ['iat', 'nbf', 'exp'];

export const TOKEN_COMMANDS: readonly Command[] = [
  {
    name: 'token inspect',
    args: [],
    summary: 'decode a token, read from the standard input, without verifying it',
    options: {},
    run: async (input) => {
      const token = await readToken(input);
      const { header, claims } = token;
      const { exp } = claims;
      const expires = isTime(exp)
        ? `${exp * 1000 <= input.terminal.nowMs() ? 'Expired' : 'Expires'} at ${isoOf(exp * 1000)}.`
        : 'Has no exp.';
      const text = [
        'NOT VERIFIED: anybody could have written this. The signature was not checked.',
        `\nHEADER\n${rows(header)}`,
        `\nCLAIMS\n${rows(claims)}`,
        `\n${expires}`,
      ].join('\n');
      return { json: { verified: false, header, claims }, text };
    },
  },
];

/** The token on the standard input, with or without `Authorization: Bearer` before it. */
export async function readToken({ terminal }: Input) {
  const text = (await terminal.readInput()).trim().replace(/^(authorization:\s*)?bearer\s+/i, '');
  const token = parseCompact(text);
  if (token === undefined) throw new Error('The standard input is not a well-formed JWT.');
  return token;
}

function rows(object: Readonly<Record<string, unknown>>): string {
  const line = ([name, value]: [string, unknown]) => {
    const shown = JSON.stringify(value);
    return [
      name,
      TIMES.includes(name) && isTime(value) ? `${shown}  ${isoOf(value * 1000)}` : shown,
    ];
  };
  return table(Object.entries(object).map(line));
}

const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Math.abs(value) < 8e12;
