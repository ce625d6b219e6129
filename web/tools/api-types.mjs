// Makes src/api/types.gen.ts from the one route table, src/server/api.json:
// the types, the names of the roles, and what the client must know of a route.
import { readFileSync, writeFileSync, existsSync } from 'node:fs';

const table = JSON.parse(readFileSync(new URL('../../src/server/api.json', import.meta.url), 'utf8'));
const target = new URL('../src/api/types.gen.ts', import.meta.url);

const PLAIN = {
  string: 'string', id: 'string', int: 'number', fen: 'number', bool: 'boolean',
  date: 'string', month: 'string', division: 'string', instant: 'string', json: 'Json', binary: 'Blob',
};

function typeOf(text) {
  if (text.endsWith('?')) return `${typeOf(text.slice(0, -1))} | null`;
  if (text.endsWith('[]')) {
    const item = typeOf(text.slice(0, -2));
    return item.includes('|') ? `(${item})[]` : `${item}[]`;
  }
  if (text.includes('|')) return text.split('|').map((code) => `'${code}'`).join(' | ');
  if (/^int\(/.test(text)) return 'number';
  if (PLAIN[text]) return PLAIN[text];
  if (table.types[text]) return text;
  throw new Error(`api.json: unknown type ${text}`);
}

const field = (name, text) => `  ${name}${text.endsWith('?') ? '?' : ''}: ${typeOf(text)};`;

function typeText(name, shape) {
  const { comment, ...fields } = shape;
  const doc = typeof comment === 'string' ? `/** ${comment} */\n` : '';
  return `${doc}export interface ${name} {\n${Object.entries(fields).map(([k, v]) => field(k, v)).join('\n')}\n}`;
}

const names = (path) => [...path.matchAll(/\{(\w+)\}/g)].map((m) => m[1]);

function routeType(route) {
  const path = names(route.path).map((n) => `${n}: string`).join('; ');
  const query = Object.entries(route.query ?? {}).map(([k, v]) => field(k, v).trim()).join(' ');
  return `  ${route.id}: { path: { ${path} }; query: { ${query} }; `
    + `body: ${route.body ? typeOf(route.body) : 'undefined'}; reply: ${typeOf(route.reply)} };`;
}

function routeValue(route) {
  return `  ${route.id}: ${JSON.stringify({
    method: route.method, path: route.path, write: !!route.write, etag: !!route.etag,
    body: route.body ?? null, reply: route.reply,
    query: Object.keys(route.query ?? {}),
    roles: route.who,
  })},`;
}

const text = `// Made by tools/api-types.mjs from src/server/api.json.  Do not edit.
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

${Object.entries(table.types).map(([n, s]) => typeText(n, s)).join('\n\n')}

export interface Routes {
${table.routes.map(routeType).join('\n')}
}
export type RouteId = keyof Routes;
export interface RouteInfo {
  method: string; path: string; write: boolean; etag: boolean;
  body: string | null; reply: string; query: string[]; roles: string;
}
export const routes: Record<RouteId, RouteInfo> = {
${table.routes.map(routeValue).join('\n')}
};
/** Chinese and English name of each role. */
export const roleNames: Record<string, [string, string]> = ${JSON.stringify(table.roles, null, 2)};
`;

// Written only when it differs, so that a watching build is not woken for nothing.
if (!existsSync(target) || readFileSync(target, 'utf8') !== text) writeFileSync(target, text);
