import { Modal } from 'antd';
import { useState, type ReactNode } from 'react';
import { useAct } from '../../api/hooks';
import { Problem } from '../../components/State';
import { t } from '../../locale';

/** An act that takes a written reason. */
export function Reasoned({ title, ok, children, onSend, onClose }: { title: string; ok: string; children?: ReactNode; onSend: (reason: string) => Promise<void>; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const act = useAct();
  return (
    <Modal open title={title} okText={ok} cancelText={t('cancel')} okButtonProps={{ disabled: reason.trim().length < 4 }} confirmLoading={act.busy} onOk={() => void act.run(() => onSend(reason.trim()))} onCancel={onClose}>
      {act.error && <Problem error={act.error} />}
      {children}
      <label className="note-label" htmlFor="archive-reason">{t('archive.reason')}</label>
      <textarea id="archive-reason" rows={3} maxLength={500} value={reason} onChange={(e) => setReason(e.target.value)} aria-describedby="archive-reason-hint" />
      <p className="quiet" id="archive-reason-hint">{t('archive.reasonHint')}</p>
    </Modal>
  );
}
