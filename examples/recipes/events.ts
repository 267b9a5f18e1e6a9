import type { JwtAuthEvent } from 'express-client-jwt';
import { pino } from 'pino';

const logger = pino();

/** With createJwtAuth({ onEvent, … }): every event into the log. */
export function onEvent(event: JwtAuthEvent): void {
  if (event.type === 'outage') logger.error({ ...event, err: event.cause }, 'outage');
  else logger.info(event, event.type);
}
