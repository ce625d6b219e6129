/* The part of HTML that an html component may show: words and their order, tables, links and
 * pictures over https.  Everything is made anew as elements from a parsed, inert document;
 * no script, style, form, frame or handler of a form reaches the page. */
import { createElement, type ReactNode } from 'react';

const KEPT = new Set(['a', 'b', 'blockquote', 'br', 'caption', 'code', 'dd', 'div', 'dl', 'dt', 'em', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'i',
  'img', 'li', 'ol', 'p', 'pre', 's', 'small', 'span', 'strong', 'sub', 'sup', 'table', 'tbody', 'td', 'tfoot', 'th', 'thead', 'tr', 'u', 'ul']);
/** Gone with what is in them; of other elements the words stay. */
const DROPPED = new Set(['script', 'style', 'template', 'iframe', 'object', 'embed', 'svg', 'math', 'form', 'noscript', 'head', 'title', 'select', 'textarea', 'button']);
const EMPTY = new Set(['br', 'hr', 'img']);
const DEPTH_MAX = 40;

/** https and http addresses, and those of this site; mailto and tel for links. */
export function safeAddress(text: string, link = true): string | undefined {
  const plain = text.trim();
  if (/^\/(?![/\\])/.test(plain) || (link && /^#/.test(plain))) return plain;
  if (/^https?:\/\//i.test(plain) || (link && /^(mailto|tel):/i.test(plain))) return plain;
  return !link && /^data:image\/(png|jpe?g|gif|webp);base64,/i.test(plain) ? plain : undefined;
}

function attributes(element: Element, tag: string): Record<string, unknown> | null {
  const get = (name: string) => element.getAttribute(name) ?? '';
  if (tag === 'a') return { href: safeAddress(get('href')), rel: 'noopener noreferrer', target: /^https?:/i.test(get('href')) ? '_blank' : undefined };
  if (tag === 'img') {
    const src = safeAddress(get('src'), false);
    return src ? { src, alt: get('alt') } : null;
  }
  const span = (name: string) => /^[1-9]\d?$/.test(get(name)) ? Number(get(name)) : undefined;
  return tag === 'td' || tag === 'th' ? { colSpan: span('colspan'), rowSpan: span('rowspan') } : {};
}

function node(from: Node, key: number, depth: number): ReactNode {
  if (from.nodeType === 3) return from.textContent;
  if (from.nodeType !== 1 || depth > DEPTH_MAX) return null;
  const element = from as Element;
  const tag = element.tagName.toLowerCase();
  if (DROPPED.has(tag)) return null;
  const inner = EMPTY.has(tag) ? undefined : [...element.childNodes].map((child, i) => node(child, i, depth + 1));
  const own = KEPT.has(tag) ? attributes(element, tag) : null;
  return own ? createElement(tag, { key, ...own }, inner) : inner ?? null;
}

export function SafeHtml({ html }: { html: string }) {
  const inert = new DOMParser().parseFromString(html, 'text/html');
  return <div className="form-words form-html">{[...inert.body.childNodes].map((child, i) => node(child, i, 0))}</div>;
}
