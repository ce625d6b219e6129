import { Button } from 'antd';
import { useRef, useState } from 'react';
import { call, urlOf } from '../../api/client';
import { useAct } from '../../api/hooks';
import { useSession } from '../../api/session';
import { Empty, Problem } from '../../components/State';
import { t } from '../../locale';
import { bytes, moment } from '../../locale/format';
import type { TabProps } from './CasePage';

const ADDERS = ['clerk', 'community', 'reviewer'];

export function PapersTab({ data, reload }: TabProps) {
  const { roles } = useSession();
  const [kind, setKind] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const act = useAct();
  const add = (files: FileList | null) => act.run(async () => {
    for (const file of files ?? []) {
      await call('paper_add', { path: { case: data.summary.id }, query: { name: file.name, kind: kind.trim() || null }, body: file });
    }
    reload();
  });
  return (
    <section className="panel">
      <h2>{t('papers.title')}</h2>
      {data.papers.length === 0 ? <Empty title={t('papers.none')} /> : (
        <div className="scroll" tabIndex={0} role="region" aria-label={t('papers.title')}>
          <table className="grid">
            <thead><tr><th scope="col">{t('papers.col.name')}</th><th scope="col">{t('papers.col.kind')}</th><th scope="col">{t('papers.col.by')}</th><th scope="col">{t('papers.col.at')}</th><th scope="col" className="is-number">{t('papers.col.size')}</th></tr></thead>
            <tbody>{data.papers.map((paper) => (
              <tr key={paper.id}>
                <th scope="row"><a href={urlOf('paper', { case: data.summary.id, paper: paper.id })} target="_blank" rel="noreferrer">{paper.name}</a></th>
                <td>{paper.kind}</td><td>{paper.added_by}</td><td>{moment(paper.added_at)}</td><td className="is-number number">{bytes(paper.size)}</td>
              </tr>
            ))}</tbody>
          </table>
        </div>
      )}
      {ADDERS.some((role) => roles.has(role)) && (
        <div className="filters">
          <label>{t('papers.col.kind')}<input className="plain-input" value={kind} onChange={(e) => setKind(e.target.value)} /></label>
          <input ref={input} type="file" multiple hidden accept="image/jpeg,image/png,application/pdf" onChange={(e) => { void add(e.target.files); e.target.value = ''; }} />
          <Button loading={act.busy} onClick={() => input.current?.click()}>{t('papers.add')}</Button>
        </div>
      )}
      {act.error && <Problem error={act.error} />}
    </section>
  );
}
