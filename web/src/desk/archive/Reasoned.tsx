import { Modal } from 'antd';
import { useState, type ReactNode } from 'react';
import { useAct } from '../../api/hooks';
import { Problem } from '../../components/State';
import { t } from '../../locale';
import { count } from '../../locale/format';

const USUAL = { min: 4, max: 500 };

/** An act that takes a written reason, as long as the server says. */
export function Reasoned({ title, ok, words = USUAL, blocked = false, children, onSend, onClose }: { title: string; ok: string; words?: { min: number; max: number }; blocked?: boolean; children?: ReactNode; onSend: (reason: string) => Promise<void>; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const act = useAct();
  return (
    <Modal open title={title} okText={ok} cancelText={t('cancel')} okButtonProps={{ disabled: blocked || [...reason.trim()].length < words.min }} confirmLoading={act.busy} onOk={() => void act.run(() => onSend(reason.trim()))} onCancel={onClose}>
      {act.error && <Problem error={act.error} />}
      {children}
      <label className="note-label" htmlFor="archive-reason">{t('archive.reason')}</label>
      <textarea id="archive-reason" rows={3} maxLength={words.max} value={reason} onChange={(e) => setReason(e.target.value)} aria-describedby="archive-reason-hint" />
      <p className="quiet" id="archive-reason-hint">{t('archive.reasonHint', { min: count(words.min), max: count(words.max) })}</p>
    </Modal>
  );
}
