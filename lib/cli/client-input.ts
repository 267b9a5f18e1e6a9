import { clientAdmin, type ClientAdmin, type NewSecretOptions } from '../admin/client-admin';
import { isClientId } from '../clients/check-client';
import {
  argument,
  UsageError,
  wholeNumber,
  type Input,
  type OptionSpecs,
  type Output,
} from './command';
import { withStore, type OpenStore } from './stores';

/** The argument of every command that is about one client. */
export const CLIENT_ID = ['CLIENT-ID'];

/** The options of every command that creates a secret. */
export const SECRET_OPTIONS = {
  label: { value: 'TEXT', help: 'a name for the secret, shown in events (default: the date)' },
  cost: { value: 'NUMBER', help: "bcrypt's cost, 4 to 16 (default: 10)" },
} satisfies OptionSpecs;

/** Says how soon running apps follow a change. */
export const cacheHint = ({ follows }: OpenStore): string => `Running apps follow ${follows}.`;

/** Runs an action on the client that the arguments name. */
export async function withAdmin(
  input: Input,
  create: boolean,
  action: (admin: ClientAdmin, clientId: string, open: OpenStore) => Promise<Output>,
): Promise<Output> {
  const clientId = argument(input, 0);
  if (!isClientId(clientId))
    throw new UsageError('CLIENT-ID must be 1 to 256 visible ASCII characters.');
  const clock = () => input.terminal.nowMs();
  return withStore(input, create, (open) =>
    action(clientAdmin(open.store, { clock }), clientId, open),
  );
}

/** Reads the options of a new secret. */
export function secretOptionsOf(input: Input): NewSecretOptions {
  const cost = wholeNumber(input, 'cost');
  if (cost !== undefined && (cost < 4 || cost > 16))
    throw new UsageError('--cost must be a whole number from 4 to 16.');
  const label = input.text('label');
  if (label?.trim() === '') throw new UsageError('--label must not be empty.');
  return { cost, label };
}
