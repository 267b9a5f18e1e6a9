import { isObject } from '../internal/assert';
import { isError } from '../internal/errors';
import { withTimeout } from '../internal/timeout';
import { routerOf } from '../routes/layers';
import { listRoutes, type ListedRoute, type RouteList } from '../routes/list-routes';
import { argument, type Command, type Input, type Output } from './command';
import { printable, table } from './print';

/** The command that lists the routes of an app with their guards. */
export const ROUTES: Command = {
  name: 'routes',
  args: ['FILE'],
  summary: 'list the routes of an app, their guards, and which of them are open to everybody',
  options: {
    export: {
      value: 'NAME',
      help: 'the export that is the app (default: the default export, or app)',
    },
  },
  isForeign: true,
  run: async (input) => describe(listRoutes(await loadApp(input), 'routes')),
};

async function loadApp(input: Input): Promise<object> {
  const file = argument(input, 0);
  const name = input.text('export');
  const loaded = await load(file, input);
  const fallback = loaded.default as Readonly<Record<string, unknown>> | undefined;
  const candidates =
    name === undefined
      ? [fallback, loaded.app, fallback?.default, fallback?.app]
      : [loaded[name], fallback?.[name]];
  const app = candidates.find((each) => routerOf(each) !== undefined);
  if (app !== undefined) return app as object;
  // What a CommonJS module exports is its default.
  const all = [...Object.values(loaded), ...Object.values(isObject(fallback) ? fallback : {})];
  const exported = name === undefined ? all : candidates;
  if (exported.some((each) => typeof each === 'function' && routerOf(each) === undefined))
    throw new Error(
      `${printable(file)} exports a function, and no Express app. Export the app that it creates, from this file or from one of its own.`,
    );
  const wanted = name === undefined ? 'default export or an export "app"' : `export "${name}"`;
  throw new Error(
    `${printable(file)} has no ${printable(wanted)} that is an Express app. Export the app without calling listen(), for example: module.exports = app`,
  );
}

/** How long a module may take to load, in milliseconds. */
const LOAD_TIMEOUT_MS = 30_000;

/** Loads a module. An error of its own is named as such, with its place. */
async function load(file: string, { terminal }: Input): Promise<Readonly<Record<string, unknown>>> {
  const message = `it did not settle within ${String(LOAD_TIMEOUT_MS / 1000)} seconds`;
  try {
    const loaded = await withTimeout(terminal.loadModule(file), LOAD_TIMEOUT_MS, message);
    return loaded as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw new Error(`${printable(file)} could not be loaded: ${reasonOf(cause)}`, { cause });
  }
}

/** Returns the message of an error and its place; both are in the first lines of its stack. */
function reasonOf(cause: unknown): string {
  if (!isError(cause)) return String(cause);
  const [, place] = /\(?((?:file:\/\/)?\/[^()\n]+:\d+)/.exec(String(cause.stack)) ?? [];
  const [message] = cause.message.split('\n');
  return `${String(message)}${place === undefined ? '' : ` (${place})`}`;
}

/** Describes the routes of an app, for machines and for people. */
function describe({ routes, mounts, foreign }: RouteList): Output {
  const endpoints = mounts.flatMap(({ path, endpoints: each }) =>
    each.map(({ path: below, methods, isPublic }) => ({
      method: methods.filter((method) => method !== 'HEAD').join(','),
      path: path + below,
      guard: isPublic ? 'public' : 'client credentials',
    })),
  );
  const rows = routes.map((route) => [
    route.method,
    route.path,
    guardOf(route),
    route.scopes.join(' '),
  ]);
  const own = endpoints.map(({ method, path, guard }) => [method, path, guard, '']);
  const hint = `Middleware for all paths that cannot be inspected: ${foreign.join(', ')}.`;
  return {
    json: { routes, endpoints, foreign },
    text: table([['METHOD', 'PATH', 'GUARD', 'SCOPES'], ...own, ...rows]),
    hints: foreign.length > 0 ? [printable(hint)] : [],
  };
}

/** Describes the guard of a route. What cannot be told is never called guarded. */
function guardOf({ guard, mounted, foreign, isLate }: ListedRoute): string {
  if (guard === 'required') return 'token';
  const names = [...new Set(foreign)].join(', ');
  if (isLate) return `OPEN (${names} runs before the guard)`;
  if (guard === 'optional') return 'OPEN (token optional)';
  if (mounted !== undefined) return `OPEN (${mounted} cannot be inspected)`;
  return names === '' ? 'OPEN' : `OPEN (unless guarded by ${names})`;
}
