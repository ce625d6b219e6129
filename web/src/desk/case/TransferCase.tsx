import { Button, Modal } from 'antd';
import { useState } from 'react';
import { call } from '../../api/client';
import { useAct } from '../../api/hooks';
import type { Case } from '../../api/types.gen';
import { Problem } from '../../components/State';
import { go, link } from '../../components/route';
import { may } from '../../components/may';
import { t } from '../../locale';
import { DivisionInput } from '../registers/FieldInput';

const COMMUNITY = 12;

/** To the office that is competent: the applicant moved, or the case was taken in at the wrong counter. */
export function TransferCase({ data }: { data: Case }) {
  const [open, setOpen] = useState(false);
  if (!may(data, 'transfer')) return null;
  return (
    <section>
      <h2>{t('transfer.head')}</h2>
      <p className="other-acts"><Button onClick={() => setOpen(true)}>{t('transfer.open')}</Button></p>
      {open && <Dialog data={data} onClose={() => setOpen(false)} />}
    </section>
  );
}

function Dialog({ data, onClose }: { data: Case; onClose: () => void }) {
  const [division, setDivision] = useState('');
  const [reason, setReason] = useState('');
  const act = useAct();
  const ready = division.length === COMMUNITY && !!reason.trim();
  const send = () => act.run(async () => {
    await call('case_transfer', { path: { case: data.summary.id }, body: { division, reason: reason.trim() } });
    go(link('cases')); /* it may be out of this officer's places now */
  });
  return (
    <Modal open title={t('transfer.title', { number: data.summary.number })} okText={t('transfer.do')} cancelText={t('cancel')} okButtonProps={{ disabled: !ready }}
      confirmLoading={act.busy} onOk={() => void send()} onCancel={onClose}>
      {act.error && <Problem error={act.error} />}
      <p>{t('transfer.hint')}</p>
      <p className="quiet">{t('transfer.now', { division: data.summary.division_name })}</p>
      <label className="note-label" htmlFor="transfer-to">{t('transfer.to')}</label>
      <DivisionInput id="transfer-to" value={division} onChange={setDivision} />
      <label className="note-label" htmlFor="transfer-reason">{t('transfer.reason')}</label>
      <textarea id="transfer-reason" rows={4} value={reason} onChange={(e) => setReason(e.target.value)} />
    </Modal>
  );
}
