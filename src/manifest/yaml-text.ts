import { isUtf8 } from 'node:buffer';
import { FieldPath } from './field-path';
import { isJsonObject, Json, JsonObject } from './json';
import { listItems } from './list-items';
import { MeshObject } from './mesh-object';
import { ReadProblem } from './read-problem';
import { toMeshObject } from './to-mesh-object';
import { FORBIDDEN } from './yaml-characters';
import { DocumentText, documentsOf } from './yaml-documents';
import { YamlFault } from './yaml-fault';
import { ReadDocument, TextOrigin } from './yaml-origin';
import { YamlReader } from './yaml-reader';

export interface ReadOptions {
  /** Where objects stand that do not say so. */
  readonly defaultNamespace: string;
  /** Whether the text was come across in a folder, where the files of other programs lie too. */
  readonly isComeAcross?: boolean;
  /** Told how much of the input is read, now and then. */
  readonly progress?: (done: number, total: number) => void;
}

export interface ReadObjects {
  readonly objects: MeshObject[];
  readonly problems: ReadProblem[];
}

/**
 * Reads Kubernetes objects from YAML or JSON, as kubectl does: one document or many, Lists for their items. A document
 * that cannot be read is a problem, and the others are read all the same. Nothing that a text can hold makes it throw.
 *
 * Numbers are JavaScript's: an integer beyond 2^53 is the nearest there is that is still within, or still beyond, int64.
 * @param file as it is to be called in messages
 */
export function readYaml(text: string | Buffer, file: string, options: ReadOptions): ReadObjects {
  const read: ReadObjects = { objects: [], problems: [] };
  const documents = typeof text === 'string' ? documentsOf(text) : documentsOfBytes(text, file, read.problems);
  const isSuspect = typeof text !== 'string' || FORBIDDEN.test(text);
  const total = text.length;
  let done = 0;
  for (const document of documents) {
    new DocumentObjects(document, file, options, read).read(isSuspect);
    done += document.text.length;
    options.progress?.(Math.min(done, total), total);
  }
  return read;
}

function documentsOfBytes(bytes: Buffer, file: string, problems: ReadProblem[]): DocumentText[] {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return documentsOf(bytes.toString('utf16le'));
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    return documentsOf(Buffer.from(bytes.subarray(0, bytes.length - bytes.length % 2)).swap16().toString('utf16le'));
  }
  if (isUtf8(bytes)) return documentsOf(bytes.toString('utf8'));
  // Byte by byte the documents can still be told from each other, and those that are UTF-8 be read.
  return documentsOf(bytes.toString('latin1')).flatMap(({ text, line }) => {
    const part = Buffer.from(text, 'latin1');
    if (isUtf8(part)) return [{ text: part.toString('utf8'), line }];
    problems.push({ file, line, column: 1, message: 'The document that starts here is not UTF-8.', fix: 'Save the file as UTF-8.' });
    return [];
  });
}

const FOREIGN_FIX = 'Nothing, if it belongs to another program. Otherwise give apiVersion, kind and metadata.';

class DocumentObjects {
  constructor(
    private readonly source: DocumentText,
    private readonly file: string,
    private readonly options: ReadOptions,
    private readonly to: ReadObjects,
  ) {}

  /** @param isSuspect whether there may be characters that no YAML text may have */
  public read(isSuspect: boolean): void {
    const { text } = this.source;
    try {
      if (isSuspect) refuseForbidden(text);
      this.readAs(false);
    } catch (error) {
      this.failed(error, text);
    }
  }

  private failed(error: unknown, text: string): void {
    if (!(error instanceof YamlFault)) throw error;
    // kubectl reads what looks like JSON as JSON, which has escapes that YAML 1.1 has not.
    if (isJson(text)) {
      try {
        return this.readAs(true);
      } catch (another) {
        if (!(another instanceof YamlFault)) throw another;
      }
    }
    const document = new ReadDocument(this.source, false);
    if (isTemplate(text, error.position)) {
      this.problem(document, error.position, 'This is a template, and no YAML before {{ … }} is filled in.',
        'Check what it becomes, with `helm template . | cdk8s-istio check -`.');
      return;
    }
    if (this.options.isComeAcross && this.file.endsWith('.json') && !text.includes('"kind"')) {
      this.problem(document, error.position, 'This is no Kubernetes object, and JSON with comments at best.', FOREIGN_FIX, true);
      return;
    }
    this.problem(document, error.position, error.message, error.fix);
  }

  private readAs(asJson: boolean): void {
    const reader = new YamlReader(this.source.text, undefined, asJson);
    const value = reader.read();
    const document = new ReadDocument(this.source, asJson);
    if (value !== undefined) this.add(value, document, reader.start, []);
    if (reader.ignoredFrom >= 0) {
      this.problem(document, reader.ignoredFrom, 'The document has ended before this, and Kubernetes ignores the rest of it.',
        'Start another document with --- on a line of its own, or remove the text.');
    }
  }

  private add(value: Json, document: ReadDocument, start: number, within: FieldPath): void {
    if (!isJsonObject(value)) {
      this.problem(document, start, `This is ${describe(value)}, and no Kubernetes object.`, 'Give apiVersion, kind and metadata, or remove it.');
      return;
    }
    const items = listItems(value);
    if (items !== undefined) {
      this.addItems(items, document, within);
      return;
    }
    const { kind, apiVersion } = value;
    if (!isText(kind) || !isText(apiVersion)) {
      if (this.options.isComeAcross && within.length === 0 && isForeign(value)) {
        this.problem(document, start, 'This is no Kubernetes object: it has no kind, no metadata and no spec.', FOREIGN_FIX, true);
        return;
      }
      const name = isText(kind) ? 'apiVersion' : 'kind';
      const given = value[name];
      this.problem(document, (given === undefined ? undefined : document.positionOf([...within, name])) ?? start,
        given === undefined || given === null || given === '' ? `The object has no ${name}.` : `${name} must be a text, and is ${describe(given)}.`,
        name === 'kind' ? 'Give one, such as kind: VirtualService.' : 'Give one, such as apiVersion: networking.istio.io/v1.');
      return;
    }
    this.to.objects.push(toMeshObject(value, new TextOrigin(this.file, document.lineAt(start), document, within), this.options.defaultNamespace));
  }

  private addItems(items: readonly Json[], document: ReadDocument, within: FieldPath): void {
    for (let index = 0; index < items.length; index++) {
      const path = [...within, 'items', index];
      this.add(items[index], document, document.positionOf(path) ?? 0, path);
    }
  }

  private problem(document: ReadDocument, position: number, message: string, fix: string, foreign = false): void {
    this.to.problems.push({ file: this.file, ...document.place(position), ...(foreign && { isForeign: true }), message, fix });
  }
}

function refuseForbidden(text: string): void {
  const found = FORBIDDEN.exec(text);
  if (found === null) return;
  const name = `U+${found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  throw new YamlFault(found.index, `The character ${name} may not stand in YAML.`, 'Remove it, or write it as an escape in double quotes.');
}

/** The values of a Helm chart, a package.json, a kustomization.yaml: whoever forgot the kind of an object wrote more of it. */
function isForeign(json: JsonObject): boolean {
  return json.kind === undefined && json.metadata === undefined && json.spec === undefined;
}

/** Whether the line that cannot be read is one of Helm, or another program that fills in {{ … }}. */
function isTemplate(text: string, position: number): boolean {
  const end = text.indexOf('\n', position);
  return text.slice(text.lastIndexOf('\n', position - 1) + 1, end < 0 ? undefined : end).includes('{{');
}

function isJson(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isText(value: Json | undefined): value is string {
  return typeof value === 'string' && value !== '';
}

function describe(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  const shown = JSON.stringify(value);
  return shown.length > 60 ? `${shown.slice(0, 57)}…` : shown;
}
