/** Lets the process exit while the timer is pending. Under jsdom a timer is a number, which cannot keep it alive. */
export function unrefTimer(timer: NodeJS.Timeout | number): void {
  if (typeof timer === 'object') timer.unref();
}
