/** The attempts of one key that are under way, and those that wait for one of them to end. */
export interface Line {
  /** How many attempts go on. */
  going: number;
  /** How many have ended: what was read before the last end is out of date. */
  ended: number;
  /** How many use this line: going, waiting, or about to. */
  users: number;
  readonly waiting: (() => void)[];
}

/** The lines of all keys: a key that nobody uses takes no memory. */
export interface UnderWay {
  /** Takes the lines of these keys into use. */
  join(keys: readonly string[]): readonly Line[];
  /** Ends the use of lines that {@link join} returned. */
  leave(keys: readonly string[]): void;
}

/** Creates the lines of keys that come and go. */
export function createUnderWay(): UnderWay {
  const lines = new Map<string, Line>();
  return {
    join: (keys) =>
      keys.map((key) => {
        const line = lines.get(key) ?? { going: 0, ended: 0, users: 0, waiting: [] };
        lines.set(key, line);
        line.users += 1;
        return line;
      }),
    leave: (keys) => {
      for (const key of keys) {
        const line = lines.get(key);
        if (line !== undefined && --line.users === 0) lines.delete(key);
      }
    },
  };
}

/** Waits until an attempt of the line has ended. */
export function waitForEnd(line: Line): Promise<void> {
  return new Promise((resolve) => line.waiting.push(resolve));
}

/** Lets the next one that waits look again. */
export function wakeNext(line: Line | undefined): void {
  line?.waiting.shift()?.();
}
