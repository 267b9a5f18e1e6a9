/** The running attempts of one key, and those that wait for one of them to end. */
export interface Line {
  /** The number of running attempts. */
  going: number;
  /** The number of ended attempts. A count that was read before the last end is out of date. */
  ended: number;
  /** The number of attempts that use this line: running, waiting, or about to. */
  users: number;
  readonly waiting: (() => void)[];
}

/** The lines of all keys. An unused key takes no memory. */
export interface UnderWay {
  /** Starts to use the lines of these keys. */
  join(keys: readonly string[]): readonly Line[];
  /** Stops using the lines that {@link join} returned. */
  leave(keys: readonly string[]): void;
}

/** Creates lines for all keys. */
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

/** Wakes the next waiting attempt, which then checks again. */
export function wakeNext(line: Line | undefined): void {
  line?.waiting.shift()?.();
}
