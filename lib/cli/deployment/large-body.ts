import { checksAbout, type Check } from './check';
import { described, type Probe, type Reply } from './probe';
import { REMEDIES } from './remedies';
import { pathIn } from './target';

const { ok, problem } = checksAbout('large body');

/** A request to the introspection endpoint may have as many bytes. */
const ALLOWED_BYTES = 15_000;
const TOO_MANY_BYTES = 200_000;

/** Sends a body that must arrive, if the endpoint reads bodies, and one that must be refused. */
export async function checkLargeBody(
  url: string,
  readsBodies: boolean,
  probe: Probe,
): Promise<Check[]> {
  const large = await sendBody(url, TOO_MANY_BYTES, probe);
  if (!readsBodies) return [judgeTooLarge(large)];
  return [judgeAllowed(await sendBody(url, ALLOWED_BYTES, probe)), judgeTooLarge(large)];
}

interface Sent {
  readonly asked: string;
  readonly reply: Reply | string;
}

async function sendBody(url: string, bytes: number, probe: Probe): Promise<Sent> {
  const asked = `POST ${pathIn(url)} with ${String(bytes / 1000)} kB, without credentials`;
  const init = { method: 'POST', body: new URLSearchParams({ padding: 'x'.repeat(bytes) }) };
  return { asked, reply: await probe.send(asked, url, init) };
}

function judgeAllowed({ asked, reply }: Sent): Check {
  if (typeof reply === 'string') return problem(asked, reply, REMEDIES.bodySize);
  return reply.code === undefined
    ? problem(asked, described(reply), REMEDIES.bodySize)
    : ok(asked, described(reply));
}

/** The gateway may refuse it too, and may close the connection while the body is sent. */
function judgeTooLarge({ asked, reply }: Sent): Check {
  if (typeof reply === 'string')
    return reply.startsWith('did not respond')
      ? problem(asked, reply, REMEDIES.largeBody)
      : ok(asked, reply);
  return reply.status >= 400 && reply.status < 500
    ? ok(asked, described(reply))
    : problem(asked, described(reply), REMEDIES.largeBody);
}
