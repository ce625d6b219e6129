import { Button } from 'antd';
import { useState } from 'react';
import { call } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import type { Certificate } from '../../api/types.gen';
import { Empty, Problem, Show } from '../../components/State';
import { t } from '../../locale';
import { CertificateTable } from './CertificateTable';

const STATES = ['valid', 'expired', 'revoked'] as const;
type State = (typeof STATES)[number];

/** Certificates of the officer's divisions; one is issued from its case. */
export function CertificatesPage() {
  const [state, setState] = useState<State | ''>('');
  const query = { state: state || undefined };
  const list = useCall('certificates', { query });
  const [more, setMore] = useState<{ of: string; items: Certificate[]; next: string | null }>({ of: '', items: [], next: null });
  const act = useAct();
  const kept = more.of === state && more.items.length > 0;
  const cursor = kept ? more.next : list.data?.next;
  const load = () => act.run(async () => {
    const page = await call('certificates', { query: { ...query, cursor } });
    setMore({ of: state, items: [...(kept ? more.items : []), ...page.items], next: page.next ?? null });
  });
  return (
    <>
      <div className="page-head"><h1>{t('desk.nav.certificates')}</h1></div>
      <p className="quiet">{t('certificate.lead')}</p>
      <p><label className="note-label" htmlFor="certificate-state">{t('certificate.col.status')}</label>{' '}
        <select id="certificate-state" value={state} onChange={(e) => setState(e.target.value as State | '')}>
          <option value="">{t('certificate.all')}</option>
          {STATES.map((s) => <option key={s} value={s}>{t(`certificate.status.${s}`)}</option>)}
        </select></p>
      <Show of={list} lines={6}>{({ items }) => items.length === 0 ? <Empty title={t('certificate.noneHere')}><p>{t('certificate.fromCase')}</p></Empty>
        : <CertificateTable items={kept ? [...items, ...more.items] : items} onChanged={() => { setMore({ of: '', items: [], next: null }); list.reload(); }} />}</Show>
      {act.error && <Problem error={act.error} />}
      {cursor && <p><Button loading={act.busy} onClick={() => void load()}>{t('more')}</Button></p>}
    </>
  );
}
