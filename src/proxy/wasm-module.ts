import { checkMember, checkOptions } from '../model/given';
import { describeValue } from '../semantics/describe-value';
import { isDnsName } from '../semantics/kubernetes-name';
import { located } from '../semantics/located';

/** When an image is fetched again that was fetched before. One that is named by its digest never is. */
export enum WasmPullPolicy {
  IF_NOT_PRESENT = 'IfNotPresent',
  /** Whenever the extension changes, its labels and annotations too. */
  ALWAYS = 'Always',
}

export interface WasmImageOptions {
  /**
   * The SHA-256 of the image, 64 hexadecimal digits: an image of another one is refused.
   *
   * @default - the digest of the image's name, if it has one
   */
  readonly sha256?: string;
  /**
   * The Secret (`kubernetes.io/dockerconfigjson`) with which it is fetched, in the namespace of the extension.
   *
   * @default - it is fetched without
   */
  readonly pullSecret?: string;
  /**
   * When it is fetched again.
   *
   * @default WasmPullPolicy.IF_NOT_PRESENT; for the tag `latest`, ALWAYS
   */
  readonly pullPolicy?: WasmPullPolicy;
}

/**
 * A WebAssembly module (proxy-wasm), and where proxies fetch it.
 *
 * @see https://istio.io/latest/docs/reference/config/proxy_extensions/wasm-plugin/
 */
export class WasmModule {
  /**
   * From an OCI registry.
   *
   * @param image with a tag or, better, a digest: "ghcr.io/acme/openid:1.4.2", "ghcr.io/acme/openid@sha256:…"
   */
  public static image(image: string, options: WasmImageOptions = {}): WasmModule {
    return located('WasmModule.image: ', () => {
      checkOptions('the image', options, "{ pullSecret: 'registry' }");
      const parts = typeof image === 'string' ? IMAGE.exec(image) : null;
      if (!parts) throw new Error(`${describeValue(image)} is no image with a tag or a digest. Write for example "ghcr.io/acme/openid:1.4.2" or "ghcr.io/acme/openid@sha256:…".`);
      const [, reference, name, digest] = parts;
      const { sha256, pullSecret, pullPolicy } = options;
      if (sha256 !== undefined) checkSum('sha256', sha256);
      if (sha256 !== undefined && digest !== undefined && sha256 !== digest) throw new Error(`\`sha256\` is ${sha256}, and the image is named by another digest, ${digest}. Leave out \`sha256\`.`);
      if (pullPolicy !== undefined) checkMember('pullPolicy', pullPolicy, 'WasmPullPolicy', WasmPullPolicy);
      if (pullSecret !== undefined && (typeof pullSecret !== 'string' || !isDnsName(pullSecret))) {
        throw new Error(`\`pullSecret\` is ${describeValue(pullSecret)}, which is not the name of a Secret: lower-case letters, digits, dashes and dots, at most 253.`);
      }
      return new WasmModule(name, { url: `oci://${reference}`, sha256, imagePullSecret: pullSecret, imagePullPolicy: pullPolicy });
    });
  }

  /**
   * From a web server. Every proxy fetches it, so that the checksum says what runs in all of them.
   *
   * @param url "https://modules.example/openid.wasm"
   * @param sha256 the SHA-256 of the file, 64 hexadecimal digits
   */
  public static url(url: string, sha256: string): WasmModule {
    return located('WasmModule.url: ', () => {
      const parts = typeof url === 'string' ? HTTP_URL.exec(url) : null;
      if (!parts) throw new Error(`${describeValue(url)} is no URL of a module. Write for example "https://modules.example/openid.wasm"; for an image say WasmModule.image(…).`);
      checkSum('sha256', sha256);
      return new WasmModule(parts[1], { url, sha256 });
    });
  }

  /**
   * From a file that is in the container of the proxy already, by its image or a volume.
   *
   * @param path "/opt/modules/openid.wasm"
   */
  public static file(path: string): WasmModule {
    return located('WasmModule.file: ', () => {
      const parts = typeof path === 'string' ? PATH.exec(path) : null;
      if (!parts) throw new Error(`${describeValue(path)} is no file of the proxy's container. Write the whole path, for example "/opt/modules/openid.wasm".`);
      return new WasmModule(parts[1], { url: `file://${path}` });
    });
  }

  private constructor(
    /** A word for names of objects. @internal */
    public readonly _word: string,
    /** @internal */
    public readonly _spec: WasmModuleSpec,
  ) {}
}

/** As both kinds have it. */
export interface WasmModuleSpec {
  readonly url: string;
  readonly sha256?: string;
  readonly imagePullSecret?: string;
  readonly imagePullPolicy?: WasmPullPolicy;
}

/** The reference without its scheme, the last part of its name, and the digest; a tag or a digest has to be there. */
const IMAGE = /^(?:oci:\/\/)?([a-z0-9][a-z0-9.-]*(?::\d{1,5})?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*\/([a-z0-9]+(?:[._-]+[a-z0-9]+)*)(?=[:@])(?::\w[\w.-]{0,127})?(?:@sha256:([a-f0-9]{64}))?)$/;
const HTTP_URL = /^https?:\/\/[A-Za-z0-9][A-Za-z0-9.-]*(?::\d{1,5})?\/(?:[\w.~-]+\/)*([\w.~-]+)(?:\?[\w.~=&-]*)?$/;
const PATH = /^\/(?:[\w.-]+\/)*([\w.-]+)$/;

function checkSum(field: string, sum: unknown): void {
  if (typeof sum === 'string' && /^[a-f0-9]{64}$/.test(sum)) return;
  throw new Error(`\`${field}\` is ${describeValue(sum)}. Give the checksum that \`sha256sum FILE\` prints: 64 digits and letters from a to f, without "sha256:".`);
}
