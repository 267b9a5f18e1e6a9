import { assertThat, own } from '../internal/assert';

/**
 * Databases say null where JavaScript says undefined. Records may be instances with getters, as mappers make them,
 * so inherited fields count; but what somebody put on Object.prototype is no field.
 */
export function field(object: Record<string, unknown>, name: string): unknown {
  return (name in Object.prototype ? own(object, name) : object[name]) ?? undefined;
}

export function dateMs(
  object: Record<string, unknown>,
  name: string,
  of: string,
): number | undefined {
  const value = field(object, name);
  if (value === undefined) return undefined;
  const isDate = value instanceof Date || (typeof value === 'string' && isIsoDate(value));
  const ms = isDate ? new Date(value).getTime() : NaN;
  assertThat(
    !Number.isNaN(ms),
    `${of}.${name}`,
    'a Date or an ISO 8601 date (with its zone where it has a time)',
    value,
  );
  return ms;
}

/** A day of the calendar, alone or with a time and its zone: JavaScript reads much else, and not as it was meant. */
function isIsoDate(text: string): boolean {
  const day =
    /^((?:\d{4}|[+-]\d{6})-\d\d-\d\d)(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.exec(
      text,
    )?.[1];
  const date = new Date(`${day ?? ''}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day ?? '');
}
