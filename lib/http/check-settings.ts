import type { TokenProfile } from '../tokens/profiles';

interface AudienceSettings {
  readonly issuer: string | undefined;
  readonly audience: string | readonly string[] | undefined;
  readonly resource: string | undefined;
  readonly tokenProfile: TokenProfile;
}

/** Makes the resource the audience, if there is no other. */
export function withAudience<S extends AudienceSettings>(settings: S): S {
  return { ...settings, audience: settings.audience ?? settings.resource };
}

/**
 * Throws a TypeError if tokens would not be meant for the resource that issues them (RFC 8707 §2).
 */
export function assertAudience({ audience, resource }: AudienceSettings, owner: string): void {
  if (resource === undefined || [audience].flat().includes(resource)) return;
  throw new TypeError(`${owner}: audience must include the resource ${resource}, or be left out.`);
}

/** Throws a TypeError if the options lack what the profile of tokens requires (RFC 9068 §2.2, §4). */
export function assertProfile(settings: AudienceSettings, owner: string): void {
  const { tokenProfile, issuer, audience } = settings;
  if (tokenProfile === 'rfc9068' && (issuer === undefined || audience === undefined))
    throw new TypeError(`${owner}: tokenProfile "rfc9068" needs the options issuer and audience.`);
}
