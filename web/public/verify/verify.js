/* Checks a receipt (docs/formats/log-note.md) in the browser, without any server:
 * SHA-256, SM3, Ed25519 (RFC 8032) and SM2 (GB/T 32918) are here, in plain
 * arithmetic, so that the page can be kept as two files and read by anybody.
 *
 *     minzhengVerify(text, trustedKeys) → { origin, index, size, ownKeys, cosignatures, openings, closed, entry }
 *
 * Throws an Error whose message is a code of words.js. */
'use strict';
(function () {
  const utf8 = new TextEncoder();
  const fail = (code) => { throw new Error(code); };
  const must = (good, code) => good || fail(code);
  const cat = (...parts) => { const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0)); let at = 0; for (const p of parts) { out.set(p, at); at += p.length; } return out; };
  const same = (a, b) => a.length === b.length && a.every((x, i) => x === b[i]);
  const base64 = (text, code) => {
    must(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text), code);
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    must(btoa(String.fromCharCode(...bytes)) === text, code);
    return bytes;
  };
  const big = (bytes) => bytes.reduce((n, b) => (n << 8n) | BigInt(b), 0n);
  const bytesOf = (n, size) => Uint8Array.from({ length: size }, (_, i) => Number((n >> BigInt(8 * (size - 1 - i))) & 255n));

  // ---- hashes ------------------------------------------------------------------
  const rotr = (x, n) => (x >>> n) | (x << (32 - n));
  const rotl = (x, n) => n % 32 === 0 ? x : (x << (n % 32)) | (x >>> (32 - (n % 32)));
  const primes = (count) => { const out = []; for (let n = 2; out.length < count; n++) if (out.every((p) => n % p)) out.push(n); return out; };
  const root = (n, k) => { let lo = 0n, hi = n; while (lo < hi) { const mid = (lo + hi + 1n) / 2n; if (mid ** k <= n) lo = mid; else hi = mid - 1n; } return lo; };
  const fraction = (p, k, bits) => root(BigInt(p) << (k * bits), k) & ((1n << bits) - 1n);
  const padded = (m, block, field) => { const zeros = (2 * block - 1 - field - (m.length % block)) % block; return cat(m, Uint8Array.of(128), new Uint8Array(zeros), bytesOf(BigInt(m.length) * 8n, field)); };
  const words = (m, at, n) => Array.from({ length: n }, (_, i) => (m[at + 4 * i] << 24) | (m[at + 4 * i + 1] << 16) | (m[at + 4 * i + 2] << 8) | m[at + 4 * i + 3]);
  const out32 = (state) => cat(...state.map((x) => Uint8Array.of(x >>> 24, x >>> 16, x >>> 8, x)));
  const K256 = primes(64).map((p) => Number(fraction(p, 3n, 32n)) | 0);
  const H256 = primes(8).map((p) => Number(fraction(p, 2n, 32n)) | 0);
  function sha256(message) {
    const m = padded(message, 64, 8);
    let h = [...H256];
    for (let at = 0; at < m.length; at += 64) {
      const w = words(m, at, 16);
      for (let i = 16; i < 64; i++) {
        const x = w[i - 15], y = w[i - 2];
        w[i] = (w[i - 16] + (rotr(x, 7) ^ rotr(x, 18) ^ (x >>> 3)) + w[i - 7] + (rotr(y, 17) ^ rotr(y, 19) ^ (y >>> 10))) | 0;
      }
      let [a, b, c, d, e, f, g, k] = h;
      for (let i = 0; i < 64; i++) {
        const t = (k + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)) + ((e & f) ^ (~e & g)) + K256[i] + w[i]) | 0;
        const u = ((rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        [a, b, c, d, e, f, g, k] = [(t + u) | 0, a, b, c, (d + t) | 0, e, f, g];
      }
      h = [a, b, c, d, e, f, g, k].map((x, i) => (x + h[i]) | 0);
    }
    return out32(h);
  }
  const M64 = (1n << 64n) - 1n;
  const K512 = primes(80).map((p) => fraction(p, 3n, 64n));
  const H512 = primes(8).map((p) => fraction(p, 2n, 64n));
  function sha512(message) {
    const m = padded(message, 128, 16), r = (x, n) => ((x >> n) | (x << (64n - n))) & M64;
    let h = [...H512];
    for (let at = 0; at < m.length; at += 128) {
      const w = Array.from({ length: 16 }, (_, i) => big(m.slice(at + 8 * i, at + 8 * i + 8)));
      for (let i = 16; i < 80; i++) {
        const x = w[i - 15], y = w[i - 2];
        w[i] = (w[i - 16] + (r(x, 1n) ^ r(x, 8n) ^ (x >> 7n)) + w[i - 7] + (r(y, 19n) ^ r(y, 61n) ^ (y >> 6n))) & M64;
      }
      let [a, b, c, d, e, f, g, k] = h;
      for (let i = 0; i < 80; i++) {
        const t = (k + (r(e, 14n) ^ r(e, 18n) ^ r(e, 41n)) + ((e & f) ^ (~e & M64 & g)) + K512[i] + w[i]) & M64;
        const u = ((r(a, 28n) ^ r(a, 34n) ^ r(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c))) & M64;
        [a, b, c, d, e, f, g, k] = [(t + u) & M64, a, b, c, (d + t) & M64, e, f, g];
      }
      h = [a, b, c, d, e, f, g, k].map((x, i) => (x + h[i]) & M64);
    }
    return cat(...h.map((x) => bytesOf(x, 8)));
  }
  /* GB/T 32905-2016 */
  function sm3(message) {
    const m = padded(message, 64, 8);
    let v = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e].map((x) => x | 0);
    const p1 = (x) => x ^ rotl(x, 15) ^ rotl(x, 23);
    for (let at = 0; at < m.length; at += 64) {
      const w = words(m, at, 16);
      for (let i = 16; i < 68; i++) w[i] = p1(w[i - 16] ^ w[i - 9] ^ rotl(w[i - 3], 15)) ^ rotl(w[i - 13], 7) ^ w[i - 6];
      let [a, b, c, d, e, f, g, h] = v;
      for (let j = 0; j < 64; j++) {
        const s1 = rotl((rotl(a, 12) + e + rotl(j < 16 ? 0x79cc4519 : 0x7a879d8a, j)) | 0, 7), s2 = s1 ^ rotl(a, 12);
        const t1 = ((j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c)) + d + s2 + (w[j] ^ w[j + 4])) | 0;
        const t2 = ((j < 16 ? e ^ f ^ g : (e & f) | (~e & g)) + h + s1 + w[j]) | 0;
        [a, b, c, d, e, f, g, h] = [t1, a, rotl(b, 9), c, t2 ^ rotl(t2, 9) ^ rotl(t2, 17), e, rotl(f, 19), g];
      }
      v = [a, b, c, d, e, f, g, h].map((x, i) => x ^ v[i]);
    }
    return out32(v);
  }

  // ---- signatures ------------------------------------------------------------------
  const mod = (x, p) => { const r = x % p; return r < 0n ? r + p : r; };
  const power = (x, e, p) => { let r = 1n; for (x = mod(x, p); e > 0n; e >>= 1n) { if (e & 1n) r = r * x % p; x = x * x % p; } return r; };
  const inverse = (x, p) => power(x, p - 2n, p);
  const reversed = (bytes) => Uint8Array.from(bytes).reverse();

  const P = (1n << 255n) - 19n, L = (1n << 252n) + 27742317777372353535851937790883648493n;
  const D = mod(-121665n * inverse(121666n, P), P), I = power(2n, (P - 1n) / 4n, P);
  const addEd = ([x1, y1, z1, t1], [x2, y2, z2, t2]) => {
    const a = (y1 - x1) * (y2 - x2) % P, b = (y1 + x1) * (y2 + x2) % P, c = 2n * D * t1 % P * t2 % P, d = 2n * z1 * z2 % P, e = b - a, f = d - c, g = d + c, h = b + a;
    return [mod(e * f, P), mod(g * h, P), mod(f * g, P), mod(e * h, P)];
  };
  const timesEd = (k, point) => { let r = [0n, 1n, 1n, 0n]; for (; k > 0n; k >>= 1n) { if (k & 1n) r = addEd(r, point); point = addEd(point, point); } return r; };
  function decodeEd(bytes) {
    const n = big(reversed(bytes)), y = n & ((1n << 255n) - 1n), odd = n >> 255n;
    if (y >= P) return null;
    const u = mod(y * y - 1n, P), v = mod(D * y * y + 1n, P);
    let x = u * power(v, 3n, P) % P * power(u * power(v, 7n, P), (P - 5n) / 8n, P) % P;
    if (v * x % P * x % P !== u) x = x * I % P;
    if (v * x % P * x % P !== u || (x === 0n && odd)) return null;
    if ((x & 1n) !== odd) x = P - x;
    return [x, y, 1n, x * y % P];
  }
  const BASE = decodeEd(reversed(bytesOf(4n * inverse(5n, P) % P, 32)));
  function ed25519(key, message, signature) {
    if (signature.length !== 64) return false;
    const A = decodeEd(key), R = decodeEd(signature.slice(0, 32)), s = big(reversed(signature.slice(32)));
    if (!A || !R || s >= L) return false;
    const k = mod(big(reversed(sha512(cat(signature.slice(0, 32), key, message)))), L);
    const [x1, y1, z1] = timesEd(s, BASE), [x2, y2, z2] = addEd(R, timesEd(k, A));
    return mod(x1 * z2 - x2 * z1, P) === 0n && mod(y1 * z2 - y2 * z1, P) === 0n;
  }

  const Q = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFFn, N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123n;
  const CA = Q - 3n, CB = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93n;
  const G = [0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7n, 0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0n];
  const addSm = (a, b) => {
    if (!a) return b;
    if (!b) return a;
    if (a[0] === b[0] && mod(a[1] + b[1], Q) === 0n) return null;
    const l = a[0] === b[0] ? (3n * a[0] * a[0] + CA) * inverse(2n * a[1], Q) : (b[1] - a[1]) * inverse(b[0] - a[0], Q);
    const x = mod(l * l - a[0] - b[0], Q);
    return [x, mod(l * (a[0] - x) - a[1], Q)];
  };
  const timesSm = (k, point) => { let r = null; for (; k > 0n; k >>= 1n) { if (k & 1n) r = addSm(r, point); point = addSm(point, point); } return r; };
  /* DER: SEQUENCE of two INTEGERs, shortest form, nothing behind. */
  function derPair(b) {
    const one = (at) => {
      if (b[at] !== 2 || !(b[at + 1] >= 1 && b[at + 1] <= 33) || b[at + 2] > 127 || (b[at + 1] > 1 && b[at + 2] === 0 && b[at + 3] < 128)) return null;
      return { value: big(b.slice(at + 2, at + 2 + b[at + 1])), end: at + 2 + b[at + 1] };
    };
    const r = b[0] === 48 && b[1] === b.length - 2 ? one(2) : null, s = r && one(r.end);
    return s && s.end === b.length ? [r.value, s.value] : null;
  }
  function sm2(key, message, signature) {
    const pair = derPair(signature), x = big(key.slice(1, 33)), y = big(key.slice(33));
    if (!pair || key[0] !== 4 || x >= Q || y >= Q || mod(y * y - x * x * x - CA * x - CB, Q) !== 0n) return false;
    const [r, s] = pair, t = mod(r + s, N);
    if (r < 1n || r >= N || s < 1n || s >= N || t === 0n) return false;
    const z = sm3(cat(Uint8Array.of(0, 128), utf8.encode('1234567812345678'), ...[CA, CB, G[0], G[1], x, y].map((n) => bytesOf(n, 32))));
    const point = addSm(timesSm(s, G), timesSm(t, [x, y]));
    return point !== null && mod(big(sm3(cat(z, message))) + point[0], N) === r;
  }

  // ---- keys, notes, proofs ------------------------------------------------------------
  const SM2_NAME = utf8.encode('GB/T 32918 SM2 with SM3');
  function readKey(text) {
    const found = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text) ?? fail('key');
    const bytes = base64(found[3], 'key'), type = bytes[0];
    const head = type === 255 ? 1 + SM2_NAME.length : 1;
    must((type === 1 || type === 4 || (type === 255 && same(bytes.slice(1, head), SM2_NAME))) && bytes.length - head === (type === 255 ? 65 : 32), 'key');
    const id = sha256(cat(utf8.encode(`${found[1]}\n`), bytes)).slice(0, 4);
    must([...id].map((b) => b.toString(16).padStart(2, '0')).join('') === found[2], 'key');
    return { name: found[1], id, type, key: bytes.slice(head) };
  }
  function readNote(text) {
    const split = text.lastIndexOf('\n\n');
    must(split > 0 && text.endsWith('\n'), 'checkpoint');
    const lines = text.slice(split + 2, -1).split('\n').map((line) => {
      const found = /^— (\S+) (\S+)$/.exec(line) ?? fail('checkpoint'), bytes = base64(found[2], 'checkpoint');
      must(bytes.length > 4, 'checkpoint');
      return { name: found[1], id: bytes.slice(0, 4), bytes: bytes.slice(4) };
    });
    const [origin, size, hash] = text.slice(0, split).split('\n');
    must(origin && /^(0|[1-9]\d{0,15})$/.test(size) && hash, 'checkpoint');
    return { message: utf8.encode(text.slice(0, split + 1)), lines, origin, size: BigInt(size), root: base64(hash, 'checkpoint') };
  }
  const signedBy = (note, k) => {
    const mine = note.lines.filter((l) => l.name === k.name && same(l.id, k.id));
    for (const { bytes } of mine) {
      const time = k.type === 4 ? big(bytes.slice(0, 8)) : 0n;
      const message = k.type === 4 ? cat(utf8.encode(`cosignature/v1\ntime ${time}\n`), note.message) : note.message;
      must(k.type === 255 ? sm2(k.key, message, bytes) : ed25519(k.key, message, k.type === 4 ? bytes.slice(8) : bytes), 'signature');
    }
    return mine.length > 0;
  };
  /* Every line belongs to a key at hand and verifies: what nobody can check does not stand in a receipt. */
  const checkLines = (note, keys) => note.lines.forEach((l) => signedBy(note, keys.find((k) => k.name === l.name && same(k.id, l.id)) ?? fail('stranger')));
  /* RFC 9162 2.1.3.2 */
  function leads(hash, entry, index, size, proof, root) {
    let r = hash(cat(Uint8Array.of(0), entry)), fn = index, sn = size - 1n;
    if (index >= size) return false;
    for (const p of proof) {
      if (sn === 0n) return false;
      if ((fn & 1n) || fn === sn) {
        r = hash(cat(Uint8Array.of(1), p, r));
        while (!(fn & 1n) && fn !== 0n) { fn >>= 1n; sn >>= 1n; }
      } else r = hash(cat(Uint8Array.of(1), r, p));
      fn >>= 1n; sn >>= 1n;
    }
    return sn === 0n && same(r, root);
  }
  function readProof(text, withExtra) {
    const head = /^c2sp\.org\/tlog-proof@v1\n(?:extra (\S+)\n)?index (0|[1-9]\d{0,15})\n((?:\S+\n)*)\n/.exec(text) ?? fail('format');
    must((head[1] !== undefined) === withExtra, 'format');
    const proof = head[3].split('\n').slice(0, -1).map((line) => base64(line, 'format'));
    must(proof.every((p) => p.length === 32), 'format');
    return { extra: head[1], index: BigInt(head[2]), proof, note: readNote(text.slice(head[0].length)) };
  }

  // ---- receipts -------------------------------------------------------------------------
  const canonical = (v) => Array.isArray(v) ? `[${v.map(canonical).join(',')}]`
    : v && typeof v === 'object' ? `{${Object.keys(v).sort().map((k) => `${JSON.stringify(k)}:${canonical(v[k])}`).join(',')}}` : JSON.stringify(v);
  const parse = (bytes) => { try { return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)); } catch { return fail('format'); } };
  function check(half, hash, type, keys, entry) {
    const own = keys.filter((k) => k.type === type && k.name === half.note.origin);
    must(own.some((k) => signedBy(half.note, k)), 'unsigned');
    must(leads(hash, entry, half.index, half.note.size, half.proof, half.note.root), 'root');
  }
  const b64 = (bytes) => btoa(String.fromCharCode(...bytes));
  /* The commitment of that name: matter, payload, subject.1 and so on. */
  const named = (entry, name) => /^(matter|payload)$/.test(name) ? entry[name] : /^subject\.[1-9]\d{0,3}$/.test(name) ? entry.subject?.[name.slice(8) - 1] : undefined;
  function opens({ salt, value }, commitment) {
    const message = cat(base64(salt, 'format'), utf8.encode(canonical(value)));
    return commitment && commitment.sha256 === b64(sha256(message)) && commitment.sm3 === b64(sm3(message));
  }
  function checkOpenings(extra, entry) {
    must(extra.opens.length === extra.openings.length, 'missing');
    must(new Set(extra.opens).size === extra.opens.length && extra.openings.every((o, i) => opens(o, named(entry, extra.opens[i]))), 'opening');
    const all = ['matter', 'payload'].filter((name) => entry[name]).concat((entry.subject ?? []).map((_, i) => `subject.${i + 1}`));
    return all.filter((name) => !extra.opens.includes(name));
  }
  /* Only the members that the format has, in its only spelling. */
  const texts = (list) => Array.isArray(list) && list.every((x) => typeof x === 'string');
  function readExtra(bytes) {
    const extra = parse(bytes), has = (o, keys) => o && typeof o === 'object' && !Array.isArray(o) && Object.keys(o).sort().join() === keys;
    must(has(extra, 'entry,format,openings,opens,sm3,vkeys') && extra.format === 'minzheng-receipt/2' && same(utf8.encode(canonical(extra)), bytes), 'format');
    must(typeof extra.entry === 'string' && typeof extra.sm3 === 'string' && texts(extra.opens) && texts(extra.vkeys) && Array.isArray(extra.openings), 'format');
    must(extra.openings.every((o) => has(o, 'salt,value') && typeof o.salt === 'string' && base64(o.salt, 'format').length === 16), 'format');
    return extra;
  }
  globalThis.minzhengVerify = function (text, trusted = []) {
    if (/^\s*[{[]/.test(text)) { const j = parse(utf8.encode(text)); text = (Array.isArray(j) ? j[0] : j)?.text || fail('format'); }
    const sha = readProof(text, true), extra = readExtra(base64(sha.extra, 'format'));
    const twin = readProof(extra.sm3, false), entry = base64(extra.entry, 'format');
    const own = extra.vkeys.map(readKey), keys = trusted.length ? trusted.map(readKey) : own;
    check(sha, sha256, 1, keys, entry);
    check(twin, sm3, 255, keys, entry);
    checkLines(sha.note, [...keys, ...own]);
    checkLines(twin.note, [...keys, ...own]);
    must(twin.note.origin === `${sha.note.origin}/sm3` && twin.index === sha.index, 'twins');
    const said = parse(entry), closed = checkOpenings(extra, said);
    return { origin: sha.note.origin, index: Number(sha.index), size: Number(sha.note.size), ownKeys: trusted.length === 0, openings: extra.openings.map((o) => o.value), closed, entry: said,
      cosignatures: keys.filter((k) => k.type === 4 && signedBy(sha.note, k)).filter((k, i, all) => all.findIndex((o) => same(o.key, k.key)) === i).map((k) => k.name) };
  };
})();
