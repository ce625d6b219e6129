import { Button, Modal } from 'antd';
import { useState } from 'react';
import { call } from '../../api/client';
import { useAct } from '../../api/hooks';
import type { BatchLine } from '../../api/types.gen';
import { Problem } from '../../components/State';
import { t } from '../../locale';
import { money } from '../../locale/format';

/** Orders a payment that came back to be paid again; the account may be corrected with it. */
export function Reissue({ line, onDone }: { line: BatchLine; onDone: () => void }) {
  const [open, setOpen] = useState(false);
  const [account, setAccount] = useState('');
  const [bank, setBank] = useState('');
  const [reason, setReason] = useState('');
  const act = useAct();
  const send = () => act.run(async () => {
    await call('payment_reissue', { path: { payment: line.id }, body: { bank_account: account.trim() || null, bank_name: bank.trim() || null, reason: reason.trim() } });
    setOpen(false);
    onDone();
  });
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>{t('reissue.do')}<span className="hidden">{line.name}</span></Button>
      <Modal open={open} title={t('reissue.title', { name: line.name, sum: money(line.amount_fen) })} okText={t('reissue.do')} cancelText={t('cancel')}
        okButtonProps={{ disabled: [...reason.trim()].length < 2 }} confirmLoading={act.busy} onOk={() => void send()} onCancel={() => setOpen(false)} destroyOnHidden>
        {act.error && <Problem error={act.error} />}
        <p>{t('reissue.text')}</p>
        <label className="note-label" htmlFor={`reissue-account-${line.id}`}>{t('reissue.account')}</label>
        <input className="plain-input" id={`reissue-account-${line.id}`} inputMode="numeric" autoComplete="off" value={account} onChange={(e) => setAccount(e.target.value)} />
        <label className="note-label" htmlFor={`reissue-bank-${line.id}`}>{t('reissue.bank')}</label>
        <input className="plain-input" id={`reissue-bank-${line.id}`} autoComplete="off" value={bank} onChange={(e) => setBank(e.target.value)} />
        <label className="note-label" htmlFor={`reissue-reason-${line.id}`}>{t('reissue.reason')}</label>
        <textarea id={`reissue-reason-${line.id}`} rows={2} maxLength={500} value={reason} onChange={(e) => setReason(e.target.value)} />
      </Modal>
    </>
  );
}
