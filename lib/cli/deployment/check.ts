import { sayRemedy, type Gateway, type Remedy } from './remedies';

/** One thing that was checked from outside. */
export interface Check {
  /** `skipped`: it could not be checked, and `came` says why. */
  readonly level: 'ok' | 'warning' | 'problem' | 'skipped';
  readonly about: string;
  /** The request, in words. */
  readonly asked: string;
  /** What came back, in words, without a token. */
  readonly came: string;
  /** What to change. */
  readonly remedy?: Remedy;
}

/** A check for people and programs: its remedy is one sentence. */
export interface ReportedCheck extends Omit<Check, 'remedy'> {
  readonly remedy?: string;
}

/** Reports a check, with the remedy for the gateway if that is known. */
export function reportCheck(
  { remedy, ...rest }: Check,
  gateway: Gateway | undefined,
): ReportedCheck {
  return { ...rest, ...(remedy && { remedy: sayRemedy(remedy, gateway) }) };
}

/** What the checks of one subject have in common. */
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
