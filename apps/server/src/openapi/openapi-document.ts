import { PROBLEMS, type ProblemCode } from '@elira/protocol';
import { API_TAGS, type ApiAnswer, type ApiDescription } from '../http/api-description.ts';
import { jsonSchema, type Components, type JsonSchema } from './json-schemas.ts';
import { PROBLEM } from './shapes.ts';

/** A route that describes itself. */
export type DescribedRoute = { readonly method: string; readonly url: string; readonly api: ApiDescription };

export type Parameter = {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: JsonSchema;
  readonly description?: string;
};
type Content = { readonly [type: string]: { readonly schema?: JsonSchema } };
export type Operation = {
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly operationId: string;
  readonly security: readonly { readonly [scheme: string]: readonly string[] }[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: { readonly [status: string]: { readonly description: string; readonly content?: Content } };
};

export type OpenApiDocument = {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } };
  readonly components: { readonly schemas: { readonly [name: string]: JsonSchema }; readonly securitySchemes: object };
};

const ABOUT =
  'Every failure is a problem document with a stable code. Times are ISO 8601 in UTC, ids are UUIDs. Bodies are JSON; a field that is not ' +
  'described is refused by its name. A write of a browser must come from a page of this host. What one may not see and what is not there ' +
  'are told alike.';

const SECURITY: Readonly<Record<ApiDescription['who'], Operation['security']>> = {
  everybody: [],
  person: [{ session: [] }],
  'signed-in': [{ session: [] }, { operator: [] }],
  admin: [{ session: [] }, { operator: [] }],
  operator: [{ operator: [] }],
};

/** The document that describes `routes`. Pure. Throws where two different schemas have one name. */
export function openApiDocument(routes: readonly DescribedRoute[], version: string): OpenApiDocument {
  const components: Components = new Map();
  jsonSchema(PROBLEM, 'output', components);
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes.toSorted((a, b) => a.url.localeCompare(b.url, 'en'))) {
    const path = route.url.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, components) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Elira', version, description: ABOUT },
    tags: Object.entries(API_TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: Object.fromEntries([...components].toSorted(([a], [b]) => a.localeCompare(b, 'en'))),
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'elira.session_token',
          description: 'Set by signing in; over TLS its name begins with __Secure-.',
        },
        operator: { type: 'http', scheme: 'bearer', description: "The operator's token; opens reads alone." },
      },
    },
  };
}

function operation({ method, url, api }: DescribedRoute, components: Components): Operation {
  const parameters = [
    ...parametersOf(api.params, 'path', components),
    ...parametersOf(api.query, 'query', components),
    ...(api.repeatable === true ? [IDEMPOTENCY_KEY] : []),
  ];
  return {
    tags: [api.tag],
    summary: api.summary,
    ...(api.description === undefined ? {} : { description: api.description }),
    operationId: operationId(method, url),
    // What is written has an author: the operator is none.
    security: method === 'GET' ? SECURITY[api.who] : SECURITY[api.who].filter((scheme) => !('operator' in scheme)),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(api.body === undefined
      ? {}
      : {
          requestBody: {
            required: !api.body.safeParse(undefined).success,
            content: { 'application/json': { schema: jsonSchema(api.body, 'input', components) } },
          },
        }),
    responses: { ...answersOf(api.answers, components), ...problemsOf(method, api) },
  };
}

const IDEMPOTENCY_KEY: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', format: 'uuid' },
  description: 'A UUIDv7 of the client: sent again under the same one, the write is applied once and answered alike.',
};

function parametersOf(schema: ApiDescription['params'], where: 'path' | 'query', components: Components): Parameter[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, 'output', components) as {
    properties?: Record<string, JsonSchema>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, one]) => ({ name, in: where, required: required.includes(name), schema: one }));
}

function answersOf(
  answers: Readonly<Record<number, ApiAnswer>>,
  components: Components,
): Record<string, Operation['responses'][string]> {
  return Object.fromEntries(
    Object.entries(answers).map(([status, { says, schema, type }]) => {
      const content: Content | undefined =
        schema !== undefined
          ? { 'application/json': { schema: jsonSchema(schema, 'output', components) } }
          : type === undefined
            ? undefined
            : { [type]: {} };
      return [status, { description: says, ...(content === undefined ? {} : { content }) }];
    }),
  );
}

/** By status, the codes that stand there. */
function problemsOf(
  method: string,
  { who, params, query, body, problems = [] }: ApiDescription,
): Record<string, Operation['responses'][string]> {
  const isRead = method === 'GET';
  const codes = new Set<ProblemCode>([
    ...((params ?? query ?? body) === undefined ? [] : (['invalid_request'] as const)),
    ...(who === 'everybody' ? [] : (['not_signed_in'] as const)),
    ...(who === 'admin' ? (['forbidden'] as const) : []),
    ...(isRead ? [] : (['cross_site', 'invalid_request'] as const)),
    ...problems,
    'database_unavailable',
  ]);
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) byStatus.set(PROBLEMS[code].status, [...(byStatus.get(PROBLEMS[code].status) ?? []), code]);
  const content: Content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  const told = [...byStatus].map(([status, named]): [string, Operation['responses'][string]] => [
    String(status),
    { description: named.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join(' '), content },
  ]);
  return { ...Object.fromEntries(told), default: { description: 'Whatever else went wrong.', content } };
}

/** `PUT /api/admin/courses/:id` → `putAdminCoursesById`. */
function operationId(method: string, url: string): string {
  const words = url
    .replace(/^\/api\//, '')
    .split(/[/.-]/)
    .filter((word) => word !== '');
  const named = words.map((word) => (word.startsWith(':') ? `By${capital(word.slice(1))}` : capital(word)));
  return `${method.toLowerCase()}${named.join('')}`;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
