import type { IncomingMessage, ServerResponse } from 'node:http';
import { escapeHtml as safe } from '../layout/layout-html.js';

/**
 * A proxy on this machine has a loopback address, too, but tells for whom it asks; and a foreign
 * page that had its name resolved to this machine (DNS rebinding) still sends that name.
 */
export function fromHere(request: IncomingMessage): boolean {
  const address = request.socket.remoteAddress ?? '';
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  const proxied = Object.keys(request.headers).some((name) =>
    /^(x-)?forwarded|^via$|-ip$/.test(name),
  );
  return (
    /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(address) &&
    /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host) &&
    !proxied
  );
}

export function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${safe(title)}</title><style>
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{margin:2rem auto;max-width:60rem;padding:0 1rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.5rem 1rem .5rem 0;border-bottom:1px solid #8884;overflow-wrap:anywhere}
time,thead th{white-space:nowrap}
h1{font-size:1.5rem}h2{font-size:1.1rem}
iframe{width:100%;height:44rem;border:1px solid #8884;border-radius:8px}
pre{white-space:pre-wrap;overflow-wrap:anywhere;padding:1rem;border:1px solid #8884;border-radius:8px}
</style></head><body><main><h1>${safe(title)}</h1>${body}</main></body></html>`;
}

export function answer(response: ServerResponse, status: number, content: string): true {
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    // The frame's document inherits this, so nothing is ever loaded for a mail.
    'Content-Security-Policy':
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'no-store',
  });
  response.end(content);
  return true;
}

/** A mail as it would be shown: without scripts, forms and an origin of its own; only a followed link may open elsewhere. */
export function mailFrame(html: string, width = '100%'): string {
  return `<iframe title="HTML" style="width:${width}" sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="${safe(`<base target="_blank">${html}`)}"></iframe>`;
}
