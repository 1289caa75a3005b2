import { IncomingMessage, Server, ServerResponse, createServer } from 'node:http';

/**
 * What istiod needs of Kubernetes to run where there is none: an API server of a cluster that is empty and stays so. What
 * is written to it is confirmed and forgotten.
 */
export function apiServerOfNothing(port: number): Server {
  return createServer(answer).listen(port, '127.0.0.1');
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url!, 'http://api');
  if (request.method !== 'GET') {
    let body = '';
    request.on('data', (text) => {
      body += text;
    });
    request.on('end', () => send(response, request.method === 'POST' ? 201 : 200, body === '' ? '{}' : body));
    return;
  }
  if (pathname === '/version') return send(response, 200, { major: '1', minor: '36', gitVersion: 'v1.36.0' });
  // Clients try a watch that begins with a list, and fall back to both.
  if (searchParams.has('sendInitialEvents')) return send(response, 422, status(422, 'Invalid'));
  if (searchParams.has('watch')) {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    return;
  }
  const path = pathname.split('/').filter(Boolean);
  const [, groupVersion, rest] = path[0] === 'api' ? ['core', path[1], path.slice(2)] : ['group', path.slice(1, 3).join('/'), path.slice(3)];
  if (rest.length === 0) return send(response, 200, { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: [] });
  const resource = rest[0] === 'namespaces' && rest.length > 2 ? rest.slice(2) : rest;
  if (resource.length > 1) return send(response, 404, status(404, 'NotFound'));
  const metadataOnly = request.headers.accept?.includes('PartialObjectMetadataList');
  send(response, 200, {
    ...metadataOnly ? { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1' } : { apiVersion: groupVersion },
    metadata: { resourceVersion: '1' },
    items: [],
  });
}

function status(code: number, reason: string): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, code, message: reason };
}

function send(response: ServerResponse, code: number, body: object | string): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(typeof body === 'string' ? body : JSON.stringify(body));
}
