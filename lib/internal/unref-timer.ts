/**
 * Lets the process exit while the timer is pending. Under jsdom a timer is a number and keeps
 * nothing alive.
 */
export function unrefTimer(timer: NodeJS.Timeout | number): void {
  if (typeof timer === 'object') timer.unref();
}
