import { Modal } from 'antd';
import { useState } from 'react';
import { useAct } from '../../api/hooks';
import type { ServedHow } from '../../api/types.gen';
import { Problem } from '../../components/State';
import { t } from '../../locale';

type How = ServedHow['how'];
const WAYS: How[] = ['in_person', 'post', 'left', 'electronic', 'publication'];

/** That something was served, and how. */
export function ServeDialog({ title, means, onSend, onClose }: { title: string; means: string; onSend: (how: How) => Promise<void>; onClose: () => void }) {
  const [how, setHow] = useState<How>('in_person');
  const act = useAct();
  return (
    <Modal open title={title} okText={title} cancelText={t('cancel')} confirmLoading={act.busy} onOk={() => void act.run(() => onSend(how))} onCancel={onClose}>
      {act.error && <Problem error={act.error} />}
      <p className="quiet">{means}</p>
      <label className="note-label" htmlFor="served-how">{t('life.how')}</label>
      <select id="served-how" value={how} onChange={(e) => setHow(e.target.value as How)}>{WAYS.map((way) => <option key={way} value={way}>{t(`served.${way}`)}</option>)}</select>
    </Modal>
  );
}
