import type { AnySchema, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { RawAnswer } from './exchange.ts';

interface Described {
  readonly schema: AnySchema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
  /** Of NDJSON: what each line is. */
  readonly 'x-itemSchema'?: AnySchema;
}

interface DescribedHeader extends Described {
  readonly required?: boolean;
}

interface DescribedResponse {
  readonly headers?: Readonly<Record<string, { readonly $ref: string }>>;
  readonly content?: Readonly<Record<string, Described>>;
}

interface DescribedParameter {
  readonly name: string;
  readonly in: string;
}

export interface DescribedOperation {
  readonly operationId: string;
  readonly parameters?: readonly (DescribedParameter | { readonly $ref: string })[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Described>> };
  readonly responses: Readonly<Record<string, DescribedResponse>>;
}

export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components: {
    readonly headers: Readonly<Record<string, DescribedHeader>>;
    readonly parameters: Readonly<Record<string, Described & DescribedParameter>>;
    readonly schemas: Readonly<Record<string, AnySchema>>;
  };
}

/** Of HTTP itself: no document tells of them. */
const PLUMBING = new Set([
  'connection',
  'content-length',
  'content-type',
  'date',
  'keep-alive',
  'transfer-encoding',
]);

/** Holds real answers against an OpenAPI document, with Ajv as the judge of everything that has a schema. */
export class DescribedApi {
  private readonly document: OpenApiDocument;
  private readonly ajv: Ajv2020;
  private readonly compiled = new Map<unknown, ValidateFunction>();

  constructor(document: OpenApiDocument) {
    this.document = closed(document) as OpenApiDocument;
    this.ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
    formats.default(this.ajv);
    // The references in its schemas lead to its parts.
    this.ajv.addSchema({ $id: 'document', ...this.document }, undefined, false);
    this.ajv.addVocabulary(['openapi', 'info', 'servers', 'tags', 'paths', 'components']);
  }

  /** Every operation by its ID. */
  get operations(): ReadonlyMap<string, DescribedOperation & { method: string; path: string }> {
    return new Map(
      Object.entries(this.document.paths).flatMap(([path, methods]) =>
        Object.entries(methods).map(
          ([method, operation]) => [operation.operationId, { ...operation, method, path }] as const,
        ),
      ),
    );
  }

  /** The names of an operation's query parameters. */
  queryOf(operationId: string): string[] {
    const parameters = this.operations.get(operationId)?.parameters ?? [];
    return parameters
      .map((one) =>
        '$ref' in one ? this.document.components.parameters[one.$ref.split('/').at(-1) ?? ''] : one,
      )
      .flatMap((one) => (one?.in === 'query' ? [one.name] : []));
  }

  /** What is wrong with an answer to an operation, in words; nothing if it is as described. */
  faultsOf(operationId: string, answer: RawAnswer): string[] {
    const operation = this.operations.get(operationId);
    const response = operation?.responses[String(answer.status)];
    if (response === undefined) return [`status ${answer.status} is not described`];
    return [...this.headerFaults(response, answer), ...this.bodyFaults(response, answer)];
  }

  /** What is wrong with a body that was taken. */
  requestFaults(operationId: string, type: string, body: string): string[] {
    const described = this.operations.get(operationId)?.requestBody?.content[type];
    return described === undefined
      ? [`request bodies of type ${type} are not described`]
      : this.contentFaults('request body', type, described, body);
  }

  /** What of the document's own examples is not of its schema. */
  exampleFaults(): string[] {
    const faults: string[] = [];
    const visit = (part: unknown, place: string): void => {
      if (typeof part !== 'object' || part === null) return;
      const { schema, example, examples } = part as Partial<Described>;
      if (schema !== undefined && example !== undefined) {
        faults.push(...this.faults(place, schema, example));
      }
      for (const [name, { value }] of Object.entries((schema && examples) ?? {})) {
        const type = place.split(' ').at(-1) ?? '';
        const text = typeof value === 'string' ? value : JSON.stringify(value);
        faults.push(...this.contentFaults(`${place} ${name}`, type, part as Described, text));
      }
      if (schema === undefined) {
        for (const [name, inner] of Object.entries(part)) visit(inner, `${place} ${name}`);
      }
    };
    visit(this.document.paths, 'paths');
    visit(this.document.components.headers, 'headers');
    visit(this.document.components.parameters, 'parameters');
    return faults;
  }

  /** Compiles every schema, strictly: a keyword that is unknown, or misplaced, is an error. */
  compileSchemas(): void {
    for (const name of Object.keys(this.document.components.schemas)) {
      this.ajv.compile({ $ref: `document#/components/schemas/${name}` });
    }
  }

  private headerFaults({ headers = {} }: DescribedResponse, { headers: given }: RawAnswer) {
    const names = new Map(Object.keys(headers).map((name) => [name.toLowerCase(), name]));
    const unknown = Object.keys(given).filter((name) => !PLUMBING.has(name) && !names.has(name));
    const faults = unknown.map((name) => `header ${name} is not described`);
    for (const [lower, name] of names) {
      const described = this.document.components.headers[name];
      const value = given[lower];
      if (described === undefined) faults.push(`header ${name} has no description`);
      else if (value !== undefined) faults.push(...this.headerValueFaults(name, described, value));
      else if (described.required) faults.push(`header ${name} is missing`);
    }
    return faults;
  }

  private headerValueFaults(name: string, { schema }: DescribedHeader, value: string): string[] {
    const { type } = schema as { type?: string };
    return this.faults(`header ${name}`, schema, type === 'integer' ? Number(value) : value);
  }

  private bodyFaults({ content }: DescribedResponse, { headers, body }: RawAnswer): string[] {
    if (content === undefined) return body === '' ? [] : ['a body is not described'];
    const type = (headers['content-type'] ?? '').split(';')[0] ?? '';
    const described = content[type];
    if (described === undefined) return [`content type ${type} is not described`];
    const kind = /[/+]json$/.test(type) ? kindOf(JSON.parse(body)) : undefined;
    const kinds = Object.values(described.examples ?? {}).map(({ value }) => kindOf(value));
    return [
      ...this.contentFaults('body', type, described, body),
      ...(kind === undefined || kinds.includes(kind) ? [] : [`there is no example of ${kind}`]),
    ];
  }

  private contentFaults(place: string, type: string, described: Described, text: string): string[] {
    if (/[/+]json$/.test(type)) return this.faults(place, described.schema, JSON.parse(text));
    const item = described['x-itemSchema'];
    const lines = item === undefined ? [] : text.split('\n').filter((line) => line !== '');
    return [
      ...this.faults(place, described.schema, text),
      ...lines.flatMap((line, at) =>
        this.faults(`${place}, line ${at + 1}`, item ?? true, JSON.parse(line)),
      ),
    ];
  }

  private faults(place: string, schema: AnySchema, value: unknown): string[] {
    const validate = this.compiled.get(schema) ?? this.ajv.compile(absolute(schema) as AnySchema);
    this.compiled.set(schema, validate);
    if (validate(value)) return [];
    return [`${place}: ${this.ajv.errorsText(validate.errors)}\n${JSON.stringify(value)}`];
  }
}

/** Which problem or which code an answer tells of. */
function kindOf(value: unknown): string | undefined {
  const { type, resultCode } = (value ?? {}) as { type?: string; resultCode?: string };
  return type ?? resultCode;
}

/** Members that the document does not name must not come, though clients are to pass over them. */
function closed(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(closed);
  if (typeof part !== 'object' || part === null) return part;
  const inner = Object.fromEntries(
    Object.entries(part).map(([name, value]) => [
      name,
      name === 'examples' ? value : closed(value),
    ]),
  );
  const isObjectSchema = inner.type === 'object' && inner.properties !== undefined;
  return isObjectSchema ? { additionalProperties: false, ...inner } : inner;
}

/** With references that lead into the document from outside of it. */
function absolute(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(absolute);
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(
    Object.entries(part).map(([name, value]) => [
      name,
      name === '$ref' ? `document${String(value)}` : absolute(value),
    ]),
  );
}
