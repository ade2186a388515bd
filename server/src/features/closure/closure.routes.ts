import type { HttpRoute } from '../../kernel/http-route.js';
import type { DataExports } from './data-exports.js';

/** Where a mailed link's page fetches the file. */
export const exportRoute = (exports: DataExports): HttpRoute => ({
  name: 'export',
  prefix: '/exports/',
  method: 'GET',
  async handle({ viewer, rest }) {
    return {
      status: 200,
      headers: {
        'Content-Type': 'application/zip',
        'Content-Disposition': 'attachment; filename="account-data.zip"',
        'Cache-Control': 'no-store',
      },
      body: await exports.download(viewer, rest),
    };
  },
});
