import { Button } from 'antd';
import { useRef, useState } from 'react';
import { call, urlOf } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import { useSession } from '../../api/session';
import { Empty, Problem } from '../../components/State';
import { say, t } from '../../locale';
import { bytes, moment } from '../../locale/format';
import type { TabProps } from './CasePage';

const ADDERS = ['clerk', 'community', 'reviewer'];

export function PapersTab({ data, reload }: TabProps) {
  const { roles } = useSession();
  const [kind, setKind] = useState('other');
  const matter = useCall('matter', { path: { matter: data.summary.matter } });
  const input = useRef<HTMLInputElement>(null);
  const act = useAct();
  const add = (files: FileList | null) => act.run(async () => {
    try {
      for (const file of files ?? []) await call('paper_add', { path: { case: data.summary.id }, query: { name: file.name, kind }, body: file });
    } finally { reload(); } // those before the one that was refused are there
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
                <th scope="row"><a href={urlOf('paper', { case: paper.case, paper: paper.id })} target="_blank" rel="noreferrer">{paper.name}</a>{paper.case_number && <p className="quiet">{t('merge.of', { number: paper.case_number })}</p>}</th>
                <td>{say(paper.kind_name)}</td><td>{paper.added_by}</td><td>{moment(paper.added_at)}</td><td className="is-number number">{bytes(paper.size)}</td>
              </tr>
            ))}</tbody>
          </table>
        </div>
      )}
      {ADDERS.some((role) => roles.has(role)) && (
        <div className="filters">
          <label>{t('papers.col.kind')}
            <select className="plain-input" value={kind} onChange={(e) => setKind(e.target.value)}>
              {matter.data?.papers.map((paper) => <option key={paper.id} value={paper.id}>{say(paper)}</option>)}
              <option value="supplement">{t('papers.supplement')}</option>
              <option value="other">{t('papers.other')}</option>
            </select>
          </label>
          <input ref={input} type="file" multiple hidden accept="image/jpeg,image/png,application/pdf" onChange={(e) => { void add(e.target.files); e.target.value = ''; }} />
          <Button loading={act.busy} onClick={() => input.current?.click()}>{t('papers.add')}</Button>
        </div>
      )}
      {act.error && <Problem error={act.error} />}
    </section>
  );
}
