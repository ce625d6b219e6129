/* The few marks of Markdown that form-js's text components use: headings, lists,
 * bold, links.  Everything is made as elements; no HTML of a form reaches the page. */
import type { ReactNode } from 'react';

function inline(text: string): ReactNode[] {
  return text.split(/(\*\*[^*]+\*\*|\[[^\]]+\]\((?:https?:|#|\/)[^)\s]*\))/).map((part, i) => {
    const strong = /^\*\*(.+)\*\*$/.exec(part);
    if (strong) return <strong key={i}>{strong[1]}</strong>;
    const anchor = /^\[([^\]]+)\]\(([^)]+)\)$/.exec(part);
    if (anchor) return <a key={i} href={anchor[2]}>{anchor[1]}</a>;
    return part;
  });
}

export function Words({ text, headings = true }: { text: string; headings?: boolean }) {
  const blocks = text.trim().split(/\n\s*\n|\n(?=[#*-] )|(?<=^#.*)\n/m).filter(Boolean);
  const out: ReactNode[] = [];
  let items: string[] = [];
  const flush = () => {
    if (items.length) out.push(<ul key={out.length}>{items.map((item, i) => <li key={i}>{inline(item)}</li>)}</ul>);
    items = [];
  };
  for (const block of blocks) {
    const item = /^[*-] (.*)$/s.exec(block);
    if (item) { items.push(item[1]!); continue; }
    flush();
    const heading = /^#{1,4} (.*)$/s.exec(block);
    if (heading) { if (headings) out.push(<h2 key={out.length}>{inline(heading[1]!)}</h2>); }
    else out.push(<p key={out.length}>{inline(block)}</p>);
  }
  flush();
  return <div className="form-words">{out}</div>;
}
