/** @type {{ SwaggerUIBundle: (options: object) => void }} */ (
  /** @type {unknown} */ (globalThis)
).SwaggerUIBundle({ url: '../openapi.json', dom_id: '#docs' });
