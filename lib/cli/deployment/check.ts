import { sayRemedy, type Gateway, type Remedy } from './remedies';

/** One thing that was checked from outside. */
export interface Check {
  /** `skipped`: it could not be checked, and `came` says why. */
  readonly level: 'ok' | 'warning' | 'problem' | 'skipped';
  readonly about: string;
  /** The request, in words. */
  readonly asked: string;
  /** The response, in words. */
  readonly came: string;
  /** The change that mends it. */
  readonly remedy?: Remedy;
}

/** A check for people and programs: its remedy is one sentence. */
export interface ReportedCheck extends Omit<Check, 'remedy'> {
  readonly remedy?: string;
}

const LONGEST = 300;
const JWT = /\beyJ[\w-]*\.[\w-]*\.[\w-]*/g;

/**
 * Reports a check, with the remedy for the gateway if that is known. The texts may come from a
 * server, so they are cut, and tokens and the secret are removed.
 */
export function reportCheck(
  { level, about, asked, came, remedy }: Check,
  gateway: Gateway | undefined,
  secret = '',
): ReportedCheck {
  const safe = (text: string): string => {
    const removed = text.replace(JWT, '(token)');
    const kept = secret === '' ? removed : removed.replaceAll(secret, '(secret)');
    return kept.length > LONGEST ? `${kept.slice(0, LONGEST)}…` : kept;
  };
  return {
    ...{ level, about: safe(about), asked: safe(asked), came: safe(came) },
    ...(remedy && { remedy: sayRemedy(remedy, gateway) }),
  };
}

/** Creates the functions that create the checks of one subject. */
export function checksAbout(about: string) {
  return {
    ok: (asked: string, came: string): Check => ({ level: 'ok', about, asked, came }),
    warning: (asked: string, came: string, remedy: Remedy): Check => ({
      ...{ level: 'warning', about, asked, came, remedy },
    }),
    problem: (asked: string, came: string, remedy: Remedy): Check => ({
      ...{ level: 'problem', about, asked, came, remedy },
    }),
    skipped: (came: string): Check => ({ level: 'skipped', about, asked: 'not checked', came }),
  };
}
