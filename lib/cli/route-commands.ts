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
  const loaded = (await input.terminal.loadModule(file)) as Readonly<Record<string, unknown>>;
  const fallback = loaded.default as Readonly<Record<string, unknown>> | undefined;
  const candidates =
    name === undefined
      ? [fallback, loaded.app, fallback?.default, fallback?.app]
      : [loaded[name], fallback?.[name]];
  const app = candidates.find((each) => routerOf(each) !== undefined);
  if (app !== undefined) return app as object;
  const wanted = name === undefined ? 'default export or an export "app"' : `export "${name}"`;
  throw new Error(
    `${printable(file)} has no ${printable(wanted)} that is an Express app. Export the app without calling listen(), for example: module.exports = app`,
  );
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
