/** Freezes a JSON value and everything in it. */
export function deepFreeze<T extends object>(object: T): Readonly<T> {
  for (const value of Object.values(object) as unknown[]) {
    if (typeof value === 'object' && value !== null) deepFreeze(value);
  }
  return Object.freeze(object);
}
