/** A row of the app's own table of clients. */
export interface Client {
  id: string;
  name: string;
  active: boolean;
  secretHash: string;
  scopes: string[];
}

export type FindClient = (id: string) => Promise<Client | undefined>;
