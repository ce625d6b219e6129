import { Button } from 'antd';
import { useState } from 'react';
import { call } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import type { Allotment, AllotmentHead } from '../../api/types.gen';
import { Problem, Show } from '../../components/State';
import { t } from '../../locale';
import { money, moment } from '../../locale/format';
import { AllocationSteps } from './AllocationSteps';

const STATE = { drafted: 'is-warn', withdrawn: '', approved: 'is-good', revoking: 'is-warn', revoked: '' } as const;

export const AllotmentState = ({ of }: { of: AllotmentHead }) => <span className={`mark ${STATE[of.state]}`}>{t(`funds.state.${of.state}`)}</span>;

function Acts({ of, onDone }: { of: Allotment; onDone: (next: Allotment) => void }) {
  const [reason, setReason] = useState('');
  const act = useAct();
  const send = (name: 'withdraw' | 'approve' | 'ask' | 'keep' | 'revoke') => act.run(async () => { onDone(await call('allotment_act', { path: { allotment: of.id }, body: { act: name, reason: name === 'ask' ? reason.trim() : null } })); setReason(''); });
  const may = (name: string) => of.may.includes(name);
  if (of.may.length === 0) return of.state === 'drafted' || of.state === 'revoking' ? <p className="quiet">{t('funds.waits')}</p> : null;
  return (
    <section className="panel no-print" aria-label={t('funds.acts')}>
      {may('ask') && (
        <>
          <label className="funds-table" htmlFor="funds-reason">{t('funds.reason')}</label>
          <textarea id="funds-reason" rows={2} maxLength={200} value={reason} onChange={(e) => setReason(e.target.value)} />
        </>
      )}
      <div className="row">
        {may('approve') && <Button type="primary" loading={act.busy} onClick={() => void send('approve')}>{t('funds.approve')}</Button>}
        {may('withdraw') && <Button loading={act.busy} onClick={() => void send('withdraw')}>{t('funds.withdraw')}</Button>}
        {may('ask') && <Button danger disabled={!reason.trim()} loading={act.busy} onClick={() => void send('ask')}>{t('funds.ask')}</Button>}
        {may('revoke') && <Button danger loading={act.busy} onClick={() => void send('revoke')}>{t('funds.revoke')}</Button>}
        {may('keep') && <Button loading={act.busy} onClick={() => void send('keep')}>{t('funds.keepIt')}</Button>}
      </div>
      {act.error && <Problem error={act.error} focus />}
    </section>
  );
}

function Who({ of }: { of: Allotment }) {
  const lines: [string, string | null | undefined, string | null | undefined][] = [
    ['funds.drafted', of.drafted_by, of.drafted_at], ['funds.approved', of.approved_by, of.approved_at], ['funds.asked', of.asked_by, of.asked_at], ['funds.revoked', of.revoked_by, of.revoked_at],
  ];
  return <ul className="plain">{lines.map(([word, by, at]) => at && <li key={word}>{t(word, { by: by ?? '', at: moment(at) })}</li>)}{of.reason && <li>{t('funds.reasonLine', { reason: of.reason })}</li>}</ul>;
}

/** One allotment: what it is, who did what, every step, and what the viewer may do. */
export function AllotmentPage({ id }: { id: string }) {
  const question = useCall('allotment', { path: { allotment: id } });
  if (question.error && !question.data) return <><p><a href="#/funds">{t('funds.back')}</a></p><h1>{t('funds.title')}</h1><Problem error={question.error} onRetry={question.reload} /></>;
  return (
    <>
      <p><a href="#/funds">{t('funds.back')}</a></p>
      <Show of={question} lines={10}>{(of) => (
        <>
          <div className="page-head"><h1>{of.fund} <AllotmentState of={of} /></h1></div>
          <p>{t('funds.line', { year: of.year, document: of.document, total: money(of.total_fen) })}</p>
          <Who of={of} />
          <Acts of={of} onDone={question.set} />
          <section className="panel"><h2>{t('funds.steps')}</h2>{of.result ? <AllocationSteps of={of.result} /> : <p className="note is-bad">{t('funds.noResult')}</p>}</section>
        </>
      )}</Show>
    </>
  );
}
