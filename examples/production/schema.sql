CREATE TABLE IF NOT EXISTS "api_clients" (
  client_id          text COLLATE "C" PRIMARY KEY CHECK (client_id ~ '^[!-~]+$' AND length(client_id) <= 256),
  secrets            jsonb NOT NULL CHECK (jsonb_typeof(secrets) = 'array'),
  scopes             text[] NOT NULL DEFAULT '{}',
  disabled           boolean NOT NULL DEFAULT false,
  tokens_valid_after timestamptz,
  expires_in_seconds integer CHECK (expires_in_seconds BETWEEN 1 AND 31536000),
  claims             jsonb CHECK (jsonb_typeof(claims) = 'object'),
  version            integer NOT NULL DEFAULT 1,
  created_at         timestamptz NOT NULL DEFAULT now(),
  updated_at         timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS "api_clients_uses" (
  client_id text COLLATE "C" NOT NULL,
  label     text NOT NULL,
  used_at   timestamptz NOT NULL,
  PRIMARY KEY (client_id, label)
);
