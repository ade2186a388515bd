import type { HttpRoute } from '../../kernel/http-route.js';
import { refuse } from '../../kernel/errors.js';
import { mostImageBytes } from './images.js';
import type { Images } from './images.js';

/** Where pictures come in and go out. */
export function imageRoutes(images: Images): HttpRoute[] {
  return [
    {
      name: 'upload',
      prefix: '/uploads/',
      method: 'PUT',
      asksWho: true,
      cors: true,
      mostBytes: mostImageBytes,
      async handle({ viewer, rest, body }) {
        await images.receive(viewer, rest, body);
        return { status: 204 };
      },
    },
    {
      name: 'media',
      prefix: '/media/',
      method: 'GET',
      cors: true,
      async handle({ rest }) {
        const body = await images.read(rest);
        if (!body) refuse('NOT_FOUND', 'There is no such picture.');
        return { status: 200, headers: mediaHeaders, body };
      },
    },
  ];
}

const mediaHeaders = {
  'Content-Type': 'image/webp',
  // The address names this very content: another picture has another address.
  'Cache-Control': 'public, max-age=31536000, immutable',
  'Content-Security-Policy': "default-src 'none'; sandbox",
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Content-Disposition': 'inline',
};
