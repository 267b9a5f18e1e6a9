import {
  bcryptVerifier,
  type BcryptVerifierOptions,
  type ClientRecord,
  type ClientStore,
  type ClientVerifier,
  type VerificationDetails,
} from 'express-client-jwt';

import { SECRET } from './clients';

const verifiers: ClientVerifier[] = [];

afterEach(async () => {
  jest.restoreAllMocks();
  for (const verifier of verifiers.splice(0)) await verifier.close?.();
});

/** A verifier that is closed after the test. */
export function verifierOf(
  clients: readonly ClientRecord[] | ClientStore,
  options: BcryptVerifierOptions = {},
): ClientVerifier {
  const verifier = bcryptVerifier(clients, options);
  verifiers.push(verifier);
  return verifier;
}

/** The id of the client with these credentials, and the details that the verifier reports. */
export async function ask(verifier: ClientVerifier, clientSecret = SECRET, clientId = 'reports') {
  const details: VerificationDetails[] = [];
  const client = await verifier.verify(
    { clientId, clientSecret },
    { explain: (each) => void details.push(each) },
  );
  return { clientId: client?.clientId, details };
}
