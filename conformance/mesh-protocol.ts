// The words of judge/mesh/PROTOCOL.md, where each is explained.

export interface Pod {
  readonly id: string;
  readonly namespace: string;
  readonly workload: string;
  readonly kind: string;
  readonly version?: string;
  readonly serviceAccount: string;
  readonly labels: Record<string, string>;
  readonly ip: string;
  readonly locality?: string;
  readonly injected: boolean;
  /** The process of its Envoy, where it has one. */
  readonly envoyPid?: number;
  readonly gateway: boolean;
  readonly ready: boolean;
  readonly ports: number[];
}

/** How a client speaks TLS. A certificate or a root is named by its Secret, as `ns/name`. */
export interface ClientTls {
  /** The SNI, where it is another name than the host; an IP address sends none. */
  readonly serverName?: string;
  /** The Secret with the `ca.crt`, or the name of an authority, that must have signed the server's certificate. */
  readonly ca?: string;
  readonly clientCertificate?: string;
  readonly minVersion?: TlsVersion;
  readonly maxVersion?: TlsVersion;
  readonly ciphers?: string[];
  readonly alpn?: string[];
}

export type TlsVersion = '1.0' | '1.1' | '1.2' | '1.3';

/** What a peer showed of itself. */
export interface Certificate {
  /** The common name. */
  readonly subject: string;
  readonly issuer: string;
  readonly dnsNames: string[];
  readonly uris?: string[];
}

/** What became of a handshake. */
export interface TlsSession {
  readonly version?: TlsVersion;
  readonly cipher?: string;
  readonly alpn?: string;
  readonly peer?: Certificate;
  /** The server's certificate was checked, and is good. */
  readonly verified: boolean;
  /** The client did not believe the server, the server said no, the server hung up, or it speaks no TLS. */
  readonly failure?: 'certificate' | 'alert' | 'closed' | 'protocol';
}

export interface MeshRequest {
  readonly caller: string;
  readonly url: string;
  readonly via?: string;
  readonly viaPort?: number;
  readonly method?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string;
  readonly httpVersion?: '1.1' | '2';
  readonly count?: number;
  readonly concurrency?: number;
  readonly timeoutMs?: number;
  readonly intervalMs?: number;
  readonly websocket?: { readonly holdMs: number; readonly messages: number };
  readonly results?: 'all' | 'none' | number;
  readonly reuseConnections?: boolean;
  readonly tls?: ClientTls;
}

/** A request as it arrived at an application. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly headers: Record<string, string>;
  readonly peer: string;
  readonly port: number;
  readonly proto: string;
  /** The name that was asked for, where the application terminated TLS itself. */
  readonly sni?: string;
  /** What the client showed there. */
  readonly clientCertificate?: Certificate;
  /** JSON that was sent; of what was received only. */
  readonly body?: string;
}

export interface MeshResult {
  readonly status: number;
  readonly error?: string;
  readonly detail?: string;
  readonly ms: number;
  readonly pod?: string;
  readonly workload?: string;
  readonly version?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly grpcStatus?: string;
  readonly seen?: Seen;
  readonly tls?: TlsSession;
  readonly websocket?: { readonly openMs: number; readonly sent: number; readonly echoed: number; readonly closedBy: 'client' | 'peer' };
}

/** What became of requests. */
export interface Counts {
  readonly count: number;
  readonly failed: number;
  readonly byStatus: Record<string, number>;
  readonly byPod: Record<string, number>;
  readonly byVersion: Record<string, number>;
  readonly byWorkload: Record<string, number>;
  readonly slowestMs: number;
}

export interface MeshReport extends Counts {
  readonly results: MeshResult[];
}

/** What a client asks that does not stop by itself. */
export interface SteadyRequest extends Pick<MeshRequest,
'caller' | 'url' | 'via' | 'viaPort' | 'method' | 'headers' | 'body' | 'httpVersion' | 'concurrency' | 'timeoutMs' | 'intervalMs' | 'tls'> {
  readonly connections?: 'new' | 'reused' | 'both';
  readonly variants?: Variant[];
  readonly phase?: string;
  readonly failures?: number;
}

/** A request that differs in what it says from the others of its client. */
export interface Variant extends Pick<MeshRequest, 'headers' | 'method'> {
  readonly name: string;
  readonly path?: string;
}

export interface Phase extends Counts {
  readonly name: string;
  readonly fromMs: number;
  readonly byVariant?: Record<string, Counts>;
}

export interface Failure extends MeshResult {
  readonly atMs: number;
  readonly phase: string;
  readonly variant?: string;
}

export interface SteadyReport extends Counts {
  readonly ms: number;
  readonly phases: Phase[];
  readonly failures: Failure[];
}

export interface Behaviour {
  readonly status?: number;
  readonly grpcStatus?: number;
  readonly headers?: Record<string, string>;
  readonly delayMs?: number;
  readonly close?: boolean;
  readonly refuse?: boolean;
  readonly method?: string;
  readonly path?: string;
  readonly port?: number;
  readonly next?: number;
  readonly healthy?: true;
}

export interface PodCounts {
  readonly total: number;
  readonly byMethodPath: Record<string, number>;
  readonly byStatus: Record<string, number>;
  readonly byHeader?: Record<string, number>;
  readonly last: Seen[];
  readonly connections: number;
  readonly websockets: number;
}

export interface Received {
  readonly total: number;
  readonly pods: Record<string, PodCounts>;
}
