import { Button, Modal } from 'antd';
import { useState } from 'react';
import { call, saveBlob } from '../../api/client';
import { useAct } from '../../api/hooks';
import type { Certificate, CertificateRevoke } from '../../api/types.gen';
import { Problem } from '../../components/State';
import { link } from '../../components/route';
import { say, t } from '../../locale';
import { day, dayOf } from '../../locale/format';

const REASONS: CertificateRevoke['reason'][] = ['ended', 'error', 'death', 'replaced'];

function Revoke({ certificate, onClose, onDone }: { certificate: Certificate; onClose: () => void; onDone: () => void }) {
  const [reason, setReason] = useState<CertificateRevoke['reason']>('ended');
  const act = useAct();
  const send = () => act.run(async () => {
    await call('certificate_revoke', { path: { certificate: certificate.id }, body: { reason } });
    onDone();
  });
  return (
    <Modal open title={t('certificate.revoke')} okText={t('certificate.revoke')} okButtonProps={{ danger: true }} cancelText={t('cancel')} confirmLoading={act.busy} onOk={() => void send()} onCancel={onClose}>
      {act.error && <Problem error={act.error} />}
      <p>{say(certificate.name)} · {certificate.holder}</p>
      <label className="note-label" htmlFor="revoke-reason">{t('certificate.reason')}</label>
      <select id="revoke-reason" value={reason} onChange={(e) => setReason(e.target.value as CertificateRevoke['reason'])}>
        {REASONS.map((r) => <option key={r} value={r}>{t(`certificate.reason.${r}`)}</option>)}
      </select>
      <p className="quiet">{t('certificate.revokeMeans')}</p>
    </Modal>
  );
}

function Row({ item, onRevoke }: { item: Certificate; onRevoke: () => void }) {
  const act = useAct();
  const path = { certificate: item.id };
  const download = (paper: boolean) => act.run(async () => {
    if (paper) saveBlob(await call('certificate_pdf', { path }), `${say(item.name)}.pdf`);
    else saveBlob(await call('certificate_file', { path }), `${say(item.name)}.txt`);
  });
  return (
    <tr>
      <th scope="row">{say(item.name)}<br /><span className="quiet">{item.holder} · <a href={link('case', item.case)} className="number">{item.case_number}</a></span></th>
      <td data-label={t('certificate.col.days')} className="is-day"><div>{day(item.issued_on)}<br /><span className="quiet">{t('certificate.to', { date: day(item.valid_until) })}</span></div></td>
      <td data-label={t('certificate.col.status')}><div><span className={`mark ${item.status === 'valid' ? 'is-good' : 'is-bad'}`}>{t(`certificate.status.${item.status}`)}</span>{item.revoked_at && <><br /><span className="quiet">{dayOf(item.revoked_at)} · {t(`certificate.reason.${item.reason}`)}</span></>}</div></td>
      <td data-label={t('certificate.col.do')}><div>
        {act.error && <Problem error={act.error} />}
        <Button size="small" onClick={() => void download(true)}>{t('certificate.pdf')}<span className="hidden">{item.holder}</span></Button>{' '}
        <Button size="small" onClick={() => void download(false)}>{t('certificate.file')}<span className="hidden">{item.holder}</span></Button>{' '}
        {item.may_revoke && <Button size="small" danger onClick={onRevoke}>{t('certificate.revoke')}<span className="hidden">{item.holder}</span></Button>}
      </div></td>
    </tr>
  );
}

export function CertificateTable({ items, onChanged }: { items: Certificate[]; onChanged: () => void }) {
  const [chosen, setChosen] = useState<Certificate | null>(null);
  return (
    <>
      <div className="scroll" tabIndex={0} role="region" aria-label={t('desk.nav.certificates')}>
        <table className="grid is-cards">
          <thead><tr><th scope="col">{t('certificate.col.name')}</th><th scope="col">{t('certificate.col.days')}</th><th scope="col">{t('certificate.col.status')}</th><th scope="col">{t('certificate.col.do')}</th></tr></thead>
          <tbody>{items.map((item) => <Row key={item.id} item={item} onRevoke={() => setChosen(item)} />)}</tbody>
        </table>
      </div>
      {chosen && <Revoke certificate={chosen} onClose={() => setChosen(null)} onDone={() => { setChosen(null); onChanged(); }} />}
    </>
  );
}
