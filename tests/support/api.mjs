// The API as its clients use it.
//
//   const clerk = await signIn(server.url, 'clerk');
//   const { status, body, headers } = await clerk.get('/api/tasks');
//   const done = await clerk.post(`/api/tasks/${id}/complete`, { outcome: '受理' });
//
// Nothing is thrown for a refusal: tests of the doors look at it.  `must` throws.

import assert from 'node:assert/strict';

export const PASSWORD = 'minzheng-demo';

async function reply(response) {
  const bytes = Buffer.from(await response.arrayBuffer());
  const text = bytes.toString('utf8');
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  return { status: response.status, headers: response.headers, body, text, bytes };
}

// One request.  `body`: an object goes out as JSON, bytes and strings as they are.
export async function ask(url, { method = 'GET', headers = {}, body } = {}) {
  const plain = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
  const type = body === undefined ? {} : plain ? { 'Content-Type': 'application/octet-stream' } : { 'Content-Type': 'application/json' };
  return reply(
    await fetch(url, { method, redirect: 'manual', headers: { 'Accept-Language': 'zh-CN', ...type, ...headers }, body: plain ? body : JSON.stringify(body) }),
  );
}

export function cookieOf(response) {
  const line = response.headers.getSetCookie().find((value) => value.startsWith('mz_session='));
  return line?.split(';')[0];
}

export async function signIn(url, login, password = PASSWORD, { lang = 'zh-CN' } = {}) {
  const opened = await ask(`${url}/api/session`, { method: 'POST', body: { login, password } });
  assert.equal(opened.status, 200, `${login} signs in: ${opened.text}`);
  const cookie = cookieOf(opened);
  const csrf = opened.body.csrf;
  const call = (method, path, body, headers = {}) =>
    ask(`${url}${path}`, {
      method,
      body,
      headers: { Cookie: cookie, 'Accept-Language': lang, ...(method === 'GET' ? {} : { 'X-CSRF-Token': csrf }), ...headers },
    });
  return {
    login,
    cookie,
    csrf,
    session: opened.body,
    call,
    get: (path, headers) => call('GET', path, undefined, headers),
    post: (path, body, headers) => call('POST', path, body, headers),
    put: (path, body, headers) => call('PUT', path, body, headers),
    del: (path, headers) => call('DELETE', path, undefined, headers),
  };
}

// The body of a call that must succeed.
export async function must(promise, status) {
  const answer = await promise;
  const fine = status ? answer.status === status : answer.status >= 200 && answer.status < 300;
  assert.ok(fine, `${answer.status} ${answer.text.slice(0, 800)}`);
  return answer.body ?? answer.bytes;
}

export async function until(what, probe, seconds = 30) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await probe();
    if (found) return found;
    assert.ok(Date.now() < end, `waited ${seconds} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
