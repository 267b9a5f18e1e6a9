import { generateKeyPairSync } from 'node:crypto';

import express, { type RequestHandler } from 'express';
import { requireJwt, type JwtAuthOptions } from 'express-client-jwt';

import { testAuth } from './app';
import { runWords } from './cli';
import { SECRET } from './clients';
import { listen } from './raw-http';
import { createNginx, type NginxSettings } from './servers';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** A check of the doctor. */
export interface Check {
  readonly level: string;
  readonly about: string;
  readonly asked: string;
  readonly came: string;
  readonly remedy?: string;
}

/** The problems and warnings, each in one line. */
export const wrongIn = (checks: readonly Check[]): string[] =>
  checks
    .filter(({ level }) => level === 'problem' || level === 'warning')
    .map(({ about, asked, came }) => `${about}: ${asked}: ${came}`);

/** A wrong nginx: its fault, the options of the doctor, its settings, the first findings, and a remedy. */
export type WrongNginx = [
  title: string,
  line: string,
  settings: NginxSettings,
  expected: string[],
  remedy: string,
];

/** An nginx for each test, with an app behind it, and the doctor that looks at it. */
export function useNginx() {
  let nginx: Awaited<ReturnType<typeof createNginx>>;
  let secrets: (string | undefined)[];

  beforeEach(async () => {
    nginx = await createNginx();
    secrets = [];
  });
  afterEach(async () => {
    await nginx.remove();
  });

  const log: RequestHandler = (req, _res, next) => {
    secrets.push(req.get('client-secret'));
    next();
  };
  /** Starts an app with every endpoint and a guarded route, behind nginx. */
  const deploy = async (
    settings: NginxSettings,
    options: Partial<JwtAuthOptions> = {},
    ...before: RequestHandler[]
  ): Promise<void> => {
    const { url } = nginx;
    const published = { issuer: url, resource: url, oauth: true, jwks: true } as const;
    const app = express().use(log, ...before);
    app.use(testAuth({ keys: { key: privateKey, kid: 'a' }, ...published, ...options }));
    app.get('/reports', requireJwt({ scope: 'reports:read' }), (_req, res) => {
      res.json({ reports: [] });
    });
    nginx.configure(await listen(app), settings);
    await nginx.start();
  };
  /** Runs the doctor with these options. */
  const examine = async (line: string): Promise<[exitCode: number, checks: Check[]]> => {
    const words = ['doctor', '--url', nginx.url, ...line.split(' ').filter(Boolean)];
    const nowMs = () => Date.now();
    const { stdout, exitCode } = await runWords([...words, '--json'], { stdin: SECRET, nowMs });
    return [exitCode, (JSON.parse(stdout) as { checks: Check[] }).checks];
  };
  /** Expects that the doctor finds the fault of an nginx, and says what to change. */
  const expectFound = async (...[, line, settings, expected, remedy]: WrongNginx) => {
    await deploy(settings);
    const [exitCode, checks] = await examine(line);
    const shown = wrongIn(checks).map((each) => each.replaceAll(nginx.url, 'URL'));
    expect(shown.slice(0, expected.length)).toEqual(expected);
    expect(checks.map((check) => check.remedy)).toContain(remedy);
    const isProblem = checks.some(({ level }) => level === 'problem');
    expect([exitCode, secrets.length <= 30]).toEqual([isProblem ? 1 : 0, true]);
  };
  return {
    url: () => nginx.url,
    /** The secret of each request that reached the app. */
    secrets: () => secrets,
    /** Starts nginx in front of nothing. */
    startAlone: async () => {
      nginx.configure(1, {});
      await nginx.start();
    },
    deploy,
    examine,
    expectFound,
  };
}
