import { defineConfig } from 'vitepress';
import llms from 'vitepress-plugin-llms';

const page = (text: string, link: string) => ({ text, link });

export default defineConfig({
  title: 'express-client-jwt',
  description: 'JWTs for the programs that call your Express API',
  lang: 'en',
  cleanUrls: true,
  // Colors of code with enough contrast (WCAG 2.1 AA).
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
  },
  head: [
    ['link', { rel: 'icon', href: 'data:,' }],
    ['style', {}, ':root{--vp-code-lang-color:#595959}.dark{--vp-code-lang-color:#b8b8b8}'],
  ],
  // Each page as Markdown, llms.txt and llms-full.txt, without the API reference.
  vite: { plugins: [llms({ ignoreFiles: ['api/**', 'README.md'] })] },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    sidebar: [
      {
        text: 'Start',
        items: [
          page('Quick start', '/'),
          page('Try it in a browser', '/try-it'),
          page('Clients in a file', '/clients-file'),
          page('Clients in a database', '/database'),
          page('Several processes', '/several-processes'),
          page('Guard routes', '/guard-routes'),
          page('A verifier of your own', '/own-verifier'),
          page('A service that only verifies', '/verify-only'),
        ],
      },
      {
        text: 'Open it',
        items: [
          page('OAuth clients', '/oauth'),
          page('Publish keys', '/publish-keys'),
          page('MCP servers', '/mcp'),
        ],
      },
      {
        text: 'Run it',
        items: [
          page('Rotate secrets', '/rotate-secrets'),
          page('Rotate keys', '/rotate-keys'),
          page('End tokens', '/end-tokens'),
          page('Throttle', '/throttle'),
          page('Behind a proxy', '/behind-a-proxy'),
          page('Events', '/events'),
          page('Manage clients from code', '/manage-clients'),
          page('Platforms', '/platforms'),
          page('Speed', '/speed'),
        ],
      },
      {
        text: 'Call it and test it',
        items: [
          page('Call the API', '/call-the-api'),
          page('Other libraries and languages', '/call-with-other-libraries'),
          page('Test your routes', '/test-your-routes'),
          page('Find open routes', '/open-routes'),
          page('Document your API', '/openapi'),
        ],
      },
      {
        text: 'Move to it',
        items: [
          page('From express-jwt', '/migrate/from-express-jwt'),
          page('From passport-jwt', '/migrate/from-passport-jwt'),
          page('From express-oauth2-jwt-bearer', '/migrate/from-express-oauth2-jwt-bearer'),
          page('From a hand-written route', '/migrate/from-a-hand-written-route'),
          page('From API keys', '/migrate/from-api-keys'),
        ],
      },
      {
        text: 'Reference',
        items: [
          page('Options', '/reference/options'),
          page('Errors', '/reference/errors'),
          page('Command line', '/reference/command-line'),
          page('Keys', '/reference/keys'),
          page('API', '/api/'),
        ],
      },
    ],
  },
});
