import type { OpenApiDocument, Operation, Parameter } from './openapi-document.ts';

/** The document for people: one page, without a script, a picture or anything from elsewhere. */
export function docsPage(document: OpenApiDocument): string {
  const parts = document.tags.map(({ name, description }) => {
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, one]) => (one.tags.includes(name) ? [operationPart(method, path, one)] : [])),
    );
    return operations.length === 0
      ? ''
      : `<h2 id="${name}">${capital(name)}</h2><p>${text(description)}</p>${operations.join('')}`;
  });
  const schemas = Object.entries(document.components.schemas).map(
    ([name, schema]) => `<h3 id="schema-${text(name)}">${text(name)}</h3>${code(schema)}`,
  );
  return (
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">` +
    `<title>${text(document.info.title)} API</title><style>${STYLE}</style></head><body><main>` +
    `<h1>${text(document.info.title)} API</h1><p>${text(document.info.description)}</p>` +
    `<p>For programs: <a href="/api/openapi.json">openapi.json</a> (OpenAPI ${document.openapi}).</p>` +
    `<nav>${document.tags.map(({ name }) => `<a href="#${name}">${capital(name)}</a>`).join(' · ')} · <a href="#schemas">Schemas</a></nav>` +
    `${parts.join('')}<h2 id="schemas">Schemas</h2>${schemas.join('')}</main></body></html>`
  );
}

function operationPart(method: string, path: string, one: Operation): string {
  const answers = Object.entries(one.responses).map(([status, { description, content }]) => {
    const [type, media] = Object.entries(content ?? {})[0] ?? [];
    const schema = media?.schema === undefined || type === 'application/problem+json' ? '' : code(media.schema);
    return `<dt>${text(status)}${type === undefined ? '' : ` <small>${text(type)}</small>`}</dt><dd>${sentence(description)}${schema}</dd>`;
  });
  const body = Object.values(one.requestBody?.content ?? {})[0]?.schema;
  return (
    `<details id="${text(one.operationId)}"><summary><b class="${text(method)}">${text(method.toUpperCase())}</b> <code>${text(path)}</code> ${text(one.summary)}</summary>` +
    `${one.description === undefined ? '' : `<p>${sentence(one.description)}</p>`}<p>${text(whoMay(one))}</p>` +
    `${parameterTable(one.parameters ?? [])}${body === undefined ? '' : `<h4>Body</h4>${code(body)}`}<h4>Answers</h4><dl>${answers.join('')}</dl></details>`
  );
}

function whoMay({ security }: Operation): string {
  const names = security.flatMap((scheme) => Object.keys(scheme));
  if (names.length === 0) return 'For everybody.';
  return `Asked with ${names.map((name) => (name === 'session' ? 'a session (cookie)' : "the operator's token")).join(', or ')}.`;
}

function parameterTable(parameters: readonly Parameter[]): string {
  if (parameters.length === 0) return '';
  const rows = parameters.map(({ name, in: where, required, description, schema }) => {
    return `<tr><td><code>${text(name)}</code></td><td>${where}${required ? ', required' : ''}</td><td>${text(description ?? '')}${code(schema)}</td></tr>`;
  });
  return `<h4>Parameters</h4><table>${rows.join('')}</table>`;
}

function code(value: unknown): string {
  return `<pre>${text(JSON.stringify(value, undefined, 2)).replaceAll(/#\/components\/schemas\/(\w+)/g, '<a href="#schema-$1">$1</a>')}</pre>`;
}

/** With what stands between backticks as code. */
function sentence(words: string): string {
  return text(words).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

function text(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

export const STYLE =
  ':root{color-scheme:light dark}body{font:1rem/1.55 system-ui,sans-serif;margin:0}main{max-width:60rem;margin:0 auto;padding:2rem 1rem 6rem}' +
  'h1{font-size:1.8rem}h2{margin-top:2.5rem}details{border:1px solid #8885;border-radius:.5rem;margin:.5rem 0;padding:.5rem .75rem}' +
  'summary{cursor:pointer;overflow-wrap:anywhere}summary b{display:inline-block;min-width:4.5em;font-size:.85em}' +
  'pre{background:#8881;border-radius:.4rem;padding:.6rem;overflow-x:auto;font-size:.85rem;margin:.4rem 0}code{font-size:.92em}' +
  'table{border-collapse:collapse;width:100%}td{border-top:1px solid #8883;padding:.3rem .5rem .3rem 0;vertical-align:top}' +
  'dt{font-weight:600;margin-top:.6rem}dd{margin:0}nav{margin:1rem 0}';
