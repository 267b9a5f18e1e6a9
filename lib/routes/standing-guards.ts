import type { GuardLabel } from './labels';
import { isAtRoot, pathsOf, type Layer, type Router } from './layers';
import { isBelow, parsePath, type Segment } from './path-pattern';

/** A guard that stands in front of the later layers of its router. */
interface Standing {
  readonly label: GuardLabel;
  /** Whether it stands in front of a layer with this path. */
  readonly covers: (path: unknown, isRoute: boolean) => boolean;
}

/** The guards in front of the layers of one router, in the order in which they are added. */
export interface StandingGuards {
  /** The guards that every request for this path has passed. */
  before(path: unknown, isRoute: boolean): readonly GuardLabel[];
  /** Adds a guard that is mounted with `use`. */
  addMounted(layer: Layer, label: GuardLabel): void;
  /** Adds the guards that all methods of a route share. */
  addOfRoute(paths: readonly unknown[], labels: readonly GuardLabel[]): void;
  /** Forgets the guards of this router: an error handler lets requests go on that skipped them. */
  forget(): void;
}

/**
 * Creates the list of guards in front of a router's layers. A guard counts only if every request for
 * the layer must pass it: it is mounted at `/`, at a plain path that the path of the layer begins
 * with, or in an earlier route with the identical path.
 *
 * @param inherited The guards in front of the router itself.
 */
export function createStandingGuards(
  router: Router,
  inherited: readonly GuardLabel[],
): StandingGuards {
  const isCaseSensitive = router.caseSensitive === true;
  let standing: readonly Standing[] = [];
  return {
    before: (path, isRoute) => [
      ...inherited,
      ...standing.filter(({ covers }) => covers(path, isRoute)).map(({ label }) => label),
    ],
    addMounted: (layer, label) => {
      if (isAtRoot(layer)) standing = [...standing, { label, covers: () => true }];
      else
        for (const path of pathsOf(layer, isCaseSensitive)) {
          const prefix = parsePath(path);
          if (prefix.length === 0 || mayBeSkipped(router, prefix)) continue;
          const covers = (other: unknown) => isBelow(prefix, parsePath(other), isCaseSensitive);
          standing = [...standing, { label, covers }];
        }
    },
    addOfRoute: (paths, labels) => {
      for (const path of paths) {
        if (typeof path !== 'string' || mayBeSkipped(router, parsePath(path))) continue;
        const covers = (other: unknown, isRoute: boolean) => isRoute && other === path;
        standing = [...standing, ...labels.map((label) => ({ label, covers }))];
      }
    },
    forget: () => {
      standing = [];
    },
  };
}

/** Checks whether callbacks of `router.param` run before a layer with this path, and may skip it. */
export function mayBeSkipped({ params }: Router, path: readonly Segment[]): boolean {
  const hasCallbacks = params !== undefined && Object.keys(params).length > 0;
  return hasCallbacks && path.some((segment) => segment === ':' || typeof segment === 'symbol');
}
