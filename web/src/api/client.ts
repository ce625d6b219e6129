/* A thin client of the public API.  It knows three things beside the routes:
 * the CSRF token of the session, the ETag last seen of each resource, and how
 * to turn a refusal (RFC 9457) or a lost line into an ApiError. */
import { routes, type Problem, type RouteId, type Routes, type Session } from './types.gen';
import { language } from '../locale';

export class ApiError extends Error {
  constructor(readonly status: number, readonly problem: Problem | null) {
    super(problem?.title ?? `HTTP ${status}`);
  }
  /** No answer at all: the line, or the server, is down. */
  get offline(): boolean { return this.status === 0; }
}

type Empty = Record<string, never>;
type Options<R extends RouteId> = {
  path?: Routes[R]['path']; query?: Routes[R]['query']; body?: Routes[R]['body']; signal?: AbortSignal;
  /** The same for every try of one act, so that a lost answer does not do it twice. */
  once?: string;
};

let csrf: string | null = null;
const etags = new Map<string, string>();

export function setSession(session: Session | null): void {
  csrf = session?.csrf ?? null;
  if (!session) etags.clear();
}

export function urlOf<R extends RouteId>(id: R, path: Routes[R]['path'] | Empty, query?: Routes[R]['query']): string {
  const filled = routes[id].path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent((path as Record<string, string>)[name] ?? ''));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `${filled}?${text}` : filled;
}

async function problemOf(response: Response): Promise<Problem | null> {
  if (!(response.headers.get('Content-Type') ?? '').includes('json')) return null;
  try { return await response.json() as Problem; } catch { return null; }
}

/** The ETag a write must show: that of the resource itself or of the one it acts upon. */
function etagFor(url: string): string | undefined {
  return etags.get(url) ?? etags.get(url.replace(/\/[^/]*$/, ''));
}

async function send(id: RouteId, url: string, options: Options<RouteId>): Promise<Response> {
  const route = routes[id];
  const headers: Record<string, string> = { 'Accept-Language': language() === 'zh' ? 'zh-CN' : 'en' };
  let body: BodyInit | undefined;
  if (options.body !== undefined) {
    const binary = route.body === 'binary';
    headers['Content-Type'] = binary ? 'application/octet-stream' : 'application/json';
    body = binary ? options.body as unknown as Blob : JSON.stringify(options.body);
  }
  if (options.once) headers['Idempotency-Key'] = options.once;
  if (route.write && csrf) headers['X-CSRF-Token'] = csrf;
  const etag = route.write && route.etag ? etagFor(url) : undefined;
  if (etag) headers['If-Match'] = etag;
  try {
    return await fetch(url, { method: route.method, headers, body, signal: options.signal, credentials: 'same-origin' });
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error;
    throw new ApiError(0, null);
  }
}

/** Someone may have signed in again in another tab: the token is fetched anew, once. */
async function renewToken(): Promise<boolean> {
  const before = csrf;
  try {
    setSession(await call('session_get'));
    return csrf !== before;
  } catch { return false; }
}

export async function call<R extends RouteId>(id: R, options: Options<R> = {}): Promise<Routes[R]['reply']> {
  const route = routes[id];
  const url = urlOf(id, options.path ?? {}, options.query);
  const plain = url.split('?')[0] as string;
  let response = await send(id, url, options as Options<RouteId>);
  if (response.status === 403 && route.write) {
    const problem = await problemOf(response.clone());
    if (problem?.code?.includes('csrf') && await renewToken()) response = await send(id, url, options as Options<RouteId>);
  }
  if (!response.ok) throw new ApiError(response.status, await problemOf(response));
  const etag = response.headers.get('ETag');
  const above = plain.replace(/\/[^/]*$/, '');
  if (route.write) etags.delete(above);
  if (etag) etags.set(route.method === 'POST' ? above : plain, etag); // an act answers with the thing it acted upon
  if (route.reply === 'binary') return await response.blob() as Routes[R]['reply'];
  return await response.json() as Routes[R]['reply'];
}

/** Hands a file to the person: the browser's own way of saving. */
export function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** A name that nobody else makes, also where the page is served without TLS. */
export function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
