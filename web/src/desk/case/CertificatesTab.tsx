import { Button } from 'antd';
import { call } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import { Empty, Problem, Show } from '../../components/State';
import { t } from '../../locale';
import { CertificateTable } from '../archive/CertificateTable';
import type { TabProps } from './CasePage';

/** What the bureau certified under this case; issued while something is granted. */
export function CertificatesTab({ data }: TabProps) {
  const path = { case: data.summary.id };
  const list = useCall('case_certificates', { path });
  const act = useAct();
  const issue = () => act.run(async () => {
    await call('certificate_new', { path });
    list.reload();
  });
  return (
    <section aria-labelledby="certificates">
      <h2 id="certificates">{t('case.tab.certificates')}</h2>
      {act.error && <Problem error={act.error} />}
      <Show of={list} lines={3}>{({ items, may_issue }) => (
        <>
          {may_issue && <p><Button type="primary" loading={act.busy} onClick={() => void issue()}>{t('certificate.issue')}</Button></p>}
          {items.length === 0 ? <Empty title={t('certificate.noneCase')}>{!may_issue && <p>{t('certificate.notNow')}</p>}</Empty> : <CertificateTable items={items} onChanged={list.reload} />}
        </>
      )}</Show>
    </section>
  );
}
