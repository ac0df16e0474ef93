import type { RequestHandler } from "express";
import helmet from "helmet";

const halfAYearSeconds = 15_768_000;

/**
 * What a page may do. WebAssembly needs `wasm-unsafe-eval`; the styles of
 * charts are set by script. `'self'` includes the WebSocket to this server.
 */
const directives = {
  "default-src": ["'self'"],
  "script-src": ["'self'", "'wasm-unsafe-eval'"],
  "worker-src": ["'self'"],
  "connect-src": ["'self'"],
  "style-src": ["'self'", "'unsafe-inline'"],
  "img-src": ["'self'", "data:", "blob:"],
  "object-src": ["'none'"],
  "base-uri": ["'self'"],
  "form-action": ["'none'"],
  "frame-ancestors": ["'self'"],
};

/**
 * Headers of all answers. Isolated from other origins: nothing else shares the page's process. `tls`: browsers are to come back by
 * https alone; not to `localhost`, which is the name of other programs, too.
 */
export function securityHeaders({ tls }: { readonly tls: boolean }): RequestHandler {
  const headers = (strict: boolean): RequestHandler =>
    helmet({
      contentSecurityPolicy: { useDefaults: false, directives },
      crossOriginEmbedderPolicy: true,
      // For browsers and plugins that are gone, or without effect here: 150 bytes of each response.
      xDnsPrefetchControl: false,
      xDownloadOptions: false,
      xPermittedCrossDomainPolicies: false,
      xXssProtection: false,
      originAgentCluster: false,
      strictTransportSecurity: strict ? { maxAge: halfAYearSeconds, includeSubDomains: false } : false,
    });
  const [plain, strict] = [headers(false), headers(true)];
  return (request, response, next) =>
    (tls && request.hostname !== undefined && !/(^|\.)localhost$/i.test(request.hostname) ? strict : plain)(
      request,
      response,
      next,
    );
}
