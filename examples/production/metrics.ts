import type { JwtAuthEvent } from 'express-client-jwt';
import { collectDefaultMetrics, Counter, Histogram, register } from 'prom-client';

collectDefaultMetrics();

const issued = new Counter({
  name: 'jwt_tokens_issued_total',
  help: 'Tokens issued. When the label of an old secret stands still, the secret is idle and can be retired.',
  labelNames: ['client_id', 'secret_label'],
});
// Not by client id: anybody can make one up.
const refused = new Counter({
  name: 'jwt_requests_refused_total',
  help: 'Requests for a token, and requests with a token, that were refused.',
  labelNames: ['type', 'code', 'reason'],
});
const outages = new Counter({
  name: 'jwt_outages_total',
  help: 'Failures of what the answers depend on.',
  labelNames: ['source'],
});
const seconds = new Histogram({
  name: 'jwt_token_seconds',
  help: 'How long the token route took.',
  labelNames: ['type'],
  buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
});

/** Counts an event. */
export function measure(event: JwtAuthEvent): void {
  if (event.type === 'outage') {
    outages.inc({ source: event.source });
    return;
  }
  if (event.type === 'token.revoked') return;
  if (event.type === 'token.issued')
    issued.inc({ client_id: event.clientId, secret_label: event.secretLabel ?? '' });
  else
    refused.inc({
      type: event.type,
      code: event.code,
      reason: 'reason' in event ? (event.reason ?? '') : '',
    });
  if (event.type !== 'jwt.refused') seconds.observe({ type: event.type }, event.durationMs / 1000);
}

export { register };
