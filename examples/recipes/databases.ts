/** Of each library the one function that its recipe calls, so that the recipes are type-checked without the libraries. */
import type { ClientRecord } from 'express-client-jwt';

type Found = Promise<ClientRecord | null | undefined>;

export interface Prisma {
  readonly client: { findUnique(query: { where: { clientId: string } }): Found };
}
export type Knex = <Row>(table: string) => {
  where(columns: { clientId: string }): { first(): Promise<Row | undefined> };
};
export interface Model {
  findOne(filter: { clientId: { $eq: string } }): { lean(): Found };
}
export interface Documents {
  get(query: { TableName: string; Key: { clientId: string } }): Promise<{ Item?: ClientRecord }>;
}
