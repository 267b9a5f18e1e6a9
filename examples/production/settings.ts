/** What the server is told by its environment. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly metricsPort: number;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** The folder of the private keys, with the file `order` that names them. */
  readonly keysFolder: string;
  readonly issuer: string;
  readonly audience: string;
  readonly clientCacheSeconds: number;
  readonly maxStaleSeconds: number;
  /** What Express's `trust proxy` is set to: the throttle counts by address. */
  readonly trustProxy: number | string | false;
}

/** Throws an Error that names the variable that is missing. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const required = (name: string): string => {
    const value = env[name];
    if (!value) throw new Error(`The environment variable ${name} is not set.`);
    return value;
  };
  return {
    host: env.HOST ?? '127.0.0.1',
    port: Number(env.PORT ?? 3000),
    metricsPort: Number(env.METRICS_PORT ?? 9464),
    databaseUrl: required('DATABASE_URL'),
    redisUrl: required('REDIS_URL'),
    keysFolder: required('JWT_KEYS_FOLDER'),
    issuer: env.JWT_ISSUER ?? 'https://api.example.com',
    audience: env.JWT_AUDIENCE ?? 'https://api.example.com',
    clientCacheSeconds: Number(env.CLIENT_CACHE_SECONDS ?? 30),
    maxStaleSeconds: Number(env.MAX_STALE_SECONDS ?? 300),
    trustProxy: trustProxy(required('TRUST_PROXY')),
  };
}

/** "none", the number of proxies in front of the server, or their addresses. Wrong, it lets one caller lock out all. */
function trustProxy(text: string): Settings['trustProxy'] {
  if (text === 'none') return false;
  return /^\d+$/.test(text) ? Number(text) : text;
}
