import type { ClientRecord } from 'express-client-jwt';

/** Both secrets work until the old one expires; the `token.issued` event says by its label which one was used. */
export const reports: ClientRecord = {
  clientId: 'reports',
  secrets: [
    { label: '2026-12', hash: process.env.REPORTS_NEW_HASH },
    { label: '2026-11', hash: process.env.REPORTS_OLD_HASH, expiresAt: '2027-01-01T00:00:00Z' },
  ],
};
