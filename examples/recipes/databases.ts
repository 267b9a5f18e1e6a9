/** Of each library the one function that its recipe calls, so that the recipes are type-checked without the libraries. */
/** A row as it comes: the package checks it at run time. */
type Found = PromiseLike<object | null | undefined>;

export interface Prisma {
  readonly client: { findUnique(query: { where: { clientId: string } }): Found };
}
export type Knex = <Row>(table: string) => {
  where(columns: { clientId: string }): { first(): PromiseLike<Row | undefined> };
};
export interface Model {
  findOne(filter: { clientId: { $eq: string } }): { lean(): Found };
}
export interface Documents {
  get(query: {
    TableName: string;
    Key: { clientId: string };
  }): PromiseLike<{ Item?: object | undefined }>;
}
