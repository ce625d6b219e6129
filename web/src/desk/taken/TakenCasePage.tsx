import { Button } from 'antd';
import { useRef, useState } from 'react';
import { call } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import { Empty, Problem, Show } from '../../components/State';
import { StepLine } from '../../components/StepLine';
import { say, t } from '../../locale';
import { bytes, day, moment } from '../../locale/format';

/** One case that this counter took in for another office: where it stands there, and papers to hand on. */
export function TakenCasePage({ id }: { id: string }) {
  const question = useCall('case_taken', { path: { case: id } });
  const [kind, setKind] = useState('supplement');
  const input = useRef<HTMLInputElement>(null);
  const act = useAct();
  const add = (files: FileList | null) => act.run(async () => {
    try {
      for (const file of files ?? []) await call('paper_add', { path: { case: id }, query: { name: file.name, kind }, body: file });
    } finally { question.reload(); }
  });
  return (
    <Show of={question} lines={6}>{({ case: one, steps, papers }) => (
      <>
        <div className="page-head"><h1><span className="number">{one.number}</span> {say(one.matter_name)}</h1></div>
        <section className="panel">
          <p><strong>{one.applicant_name}</strong> <span className="number">{one.id_masked}</span></p>
          <p>{t('elsewhere.of', { office: one.office })} {'\u00b7'} {say(one.state_name)}{one.late && <> <span className="mark is-bad">{t('cases.late')}</span></>}</p>
          <p className="quiet">{t('taken.appliedOn', { date: day(one.applied_on) })}{one.due_on && <> {'\u00b7'} {t('taken.due', { date: day(one.due_on) })}</>}</p>
          {one.wanted && <p className="note is-warn" role="status">{t('taken.wantedHint')}</p>}
          <StepLine steps={steps} />
        </section>
        <section className="panel">
          <h2>{t('taken.papers')}</h2>
          {papers.length === 0 ? <Empty title={t('taken.noPapers')} /> : (
            <ul className="plain">{papers.map((paper) => <li key={paper.id}>{say(paper.kind_name)} <span className="quiet">{moment(paper.added_at)} {'\u00b7'} {paper.added_by} {'\u00b7'} {bytes(paper.size)}</span></li>)}</ul>
          )}
          {!one.closed && (
            <div className="filters">
              <label>{t('papers.col.kind')}
                <select className="plain-input" value={kind} onChange={(e) => setKind(e.target.value)}><option value="supplement">{t('papers.supplement')}</option><option value="other">{t('papers.other')}</option></select>
              </label>
              <input ref={input} type="file" multiple hidden accept="image/jpeg,image/png,application/pdf" onChange={(e) => { void add(e.target.files); e.target.value = ''; }} />
              <Button loading={act.busy} onClick={() => input.current?.click()}>{t('taken.hand')}</Button>
            </div>
          )}
          {act.error && <Problem error={act.error} focus />}
        </section>
      </>
    )}</Show>
  );
}
