/** The endpoints of this package as OpenAPI 3.1. */
export { extendOpenApi, openApiDocument, type OpenApiDocument, type OpenApiInfo } from './document';
