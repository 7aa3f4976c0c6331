/** JSON Schema 2020-12, as OpenAPI 3.1 has it. */
export type Schema = Readonly<Record<string, unknown>>;

export interface Example {
  readonly summary?: string;
  readonly value: unknown;
}

export type Examples = Readonly<Record<string, Example>>;

export interface MediaType {
  readonly schema: Schema;
  /** What each line of NDJSON is: OpenAPI 3.2 has `itemSchema` for it, 3.1 nothing. */
  readonly 'x-itemSchema'?: Schema;
  readonly examples?: Examples;
}

/** A part that stands in `components` and is named here. */
export interface Ref {
  readonly $ref: string;
}

export interface Header {
  readonly description: string;
  readonly required?: boolean;
  readonly schema: Schema;
  readonly example?: unknown;
}

export interface Response {
  readonly description: string;
  readonly headers?: Readonly<Record<string, Ref>>;
  readonly content?: Readonly<Record<string, MediaType>>;
}

/** By status, and `default`. */
export type Responses = Readonly<Record<string, Response>>;

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly description: string;
  readonly schema: Schema;
  readonly example?: unknown;
}

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly (Parameter | Ref)[];
  readonly requestBody?: {
    readonly required: true;
    readonly description?: string;
    readonly content: Readonly<Record<string, MediaType>>;
  };
  readonly responses: Responses;
}

/** The operations of some paths, by path and method. */
export type Paths = Readonly<
  Record<string, Readonly<Partial<Record<'get' | 'put' | 'post' | 'delete', Operation>>>>
>;

export const schema = (name: string): Ref & Schema => ({ $ref: `#/components/schemas/${name}` });

export const header = (name: string): Ref => ({ $ref: `#/components/headers/${name}` });

export const parameter = (name: string): Ref => ({ $ref: `#/components/parameters/${name}` });
