import type { ClientRecord, ClientStore } from 'express-client-jwt';

// PrismaClient, Knex, Model and DynamoDBDocument of their own packages will do.
import type { Documents, Knex, Model, Prisma } from './databases';

/** Prisma: `secrets` and `claims` are Json columns. */
export const prismaStore = (db: Prisma): ClientStore => ({
  find: (clientId) => db.client.findUnique({ where: { clientId } }),
});

/** Knex, with columns named like the fields. */
export const knexStore = (db: Knex): ClientStore => ({
  find: (clientId) => db<ClientRecord>('clients').where({ clientId }).first(),
});

/** Mongoose. */
export const mongooseStore = (Client: Model): ClientStore => ({
  find: (clientId) => Client.findOne({ clientId: { $eq: clientId } }).lean(),
});

/** DynamoDB, through DynamoDBDocument of @aws-sdk/lib-dynamodb. */
export const dynamoStore = (db: Documents, TableName: string): ClientStore => ({
  find: async (clientId) => (await db.get({ TableName, Key: { clientId } })).Item,
});
