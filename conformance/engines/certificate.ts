import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One key and one certificate that signs itself: it is both the server's and what its clients trust. */
export class Certificate {
  public readonly keyFile: string;
  public readonly certFile: string;
  /** The same certificate in a file of its own: istiod watches its files, none of them twice. */
  public readonly caFile: string;

  constructor(directory: string) {
    this.keyFile = join(directory, 'key.pem');
    this.certFile = join(directory, 'certificate.pem');
    this.caFile = join(directory, 'ca.pem');
    execFileSync('openssl', [
      'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1',
      '-subj', '/CN=engines', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost', '-keyout', this.keyFile, '-out', this.certFile,
    ], { stdio: ['ignore', 'ignore', 'pipe'] });
    copyFileSync(this.certFile, this.caFile);
  }

  public get pem(): string {
    return readFileSync(this.certFile, 'utf8');
  }
}
