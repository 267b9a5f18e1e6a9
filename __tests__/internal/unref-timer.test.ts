import { unrefTimer } from '../../lib/internal/unref-timer';

test('a timer no longer keeps the process alive', () => {
  const timer = setTimeout(() => undefined, 60_000);
  unrefTimer(timer);
  expect(timer.hasRef()).toBe(false);
  clearTimeout(timer);
});

test('a timer that is a number, as in jsdom, is returned unchanged', () => {
  expect(() => {
    unrefTimer(7);
  }).not.toThrow();
});
