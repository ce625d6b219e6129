import { useMemo } from 'react';
import { useCall } from '../api/hooks';
import type { Document } from '../api/types.gen';
import { Empty, Show } from '../components/State';
import { language, say, t } from '../locale';
import { day } from '../locale/format';
import { elementsOf } from './model';

interface Line { table: string; rule: number; id: string; article: string; why: string }

/** The column of notes that names documents; the reasons in Chinese and English stand behind it. */
function articleColumn(notes: string[][], all: Document[]): number {
  const width = Math.max(0, ...notes.map((row) => row.length));
  for (let i = 0; i < width; i++) if (notes.some((row) => all.some((one) => row[i]?.includes(one.short)))) return i;
  return 0;
}

/** The rules of one element, or of all, that name an article. */
function linesOf(xml: string, element: string, documents: Document[]): Line[] {
  const all = elementsOf(xml) ?? [];
  const here = all.filter((one) => one.id === element);
  const lines: Line[] = [];
  for (const one of here.length > 0 ? here : all) {
    for (const table of one.tables) {
      const article = articleColumn(table.rules.map((rule) => rule.notes), documents);
      const why = article + (language() === 'zh' ? 1 : 2);
      table.rules.forEach((rule, i) => {
        const text = rule.notes[article]?.trim();
        if (text) lines.push({ table: table.name, rule: i + 1, id: rule.id, article: text, why: rule.notes[why] ?? '' });
      });
    }
  }
  return lines;
}

/** An article may name several documents; it two documents; names none when it goes on with the one before. */
function documentsOf(article: string, all: Document[]): Document[] {
  const longest = [...all].sort((a, b) => b.short.length - a.short.length);
  const found = article.split(/[；;、]/).map((part) => longest.find((one) => part.includes(one.short))).filter((one) => one !== undefined);
  return [...new Set(found)];
}

function Source({ of }: { of: Document }) {
  return (
    <p className="quiet">
      {say(of.title)}{of.number !== of.short && ` ${of.number}`}
      {of.issued_on && ` · ${t('studio.articles.issued', { date: day(of.issued_on) })}`}
      {of.in_force_from && ` · ${t('studio.articles.inForce', { date: day(of.in_force_from) })}`}
      {' · '}
      {of.text ? <a href={of.text} target="_blank" rel="noreferrer">{t('studio.articles.read')}<span className="hidden">{say(of.title)}</span></a> : t('studio.articles.noText')}
    </p>
  );
}

/** The article beside each rule: clause, document, date, and the text where the bureau keeps it. */
export function ArticlesPanel({ xml, element }: { xml: string; element: string }) {
  const documents = useCall('documents');
  const items = documents.data?.items;
  const lines = useMemo(() => (items ? linesOf(xml, element, items) : []), [xml, element, items]);
  return (
    <Show of={documents} lines={4}>{({ items }) => lines.length === 0 ? <Empty title={t('studio.articles.none')} /> : (
      <ul className="plain studio-drafts">
        {lines.map((line) => {
          const sources = documentsOf(line.article, items);
          return (
            <li key={`${line.id}${line.rule}`}>
              <div>
                <strong>{line.table} · {t('studio.ruleNo', { n: line.rule })}</strong>
                <p className="article">{line.article}</p>
                {line.why && <p>{line.why}</p>}
                {sources.length > 0 ? sources.map((one) => <Source key={one.short} of={one} />) : <p className="quiet">{t('studio.articles.unknown')}</p>}
              </div>
            </li>
          );
        })}
      </ul>
    )}</Show>
  );
}
