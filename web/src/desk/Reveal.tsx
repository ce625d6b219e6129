import { Button, Modal } from 'antd';
import { useState } from 'react';
import { call } from '../api/client';
import { useAct } from '../api/hooks';
import { useSession } from '../api/session';
import type { Reveal as RevealBody, Revealed } from '../api/types.gen';
import { Problem } from '../components/State';
import { t } from '../locale';
import { PurposeChoice } from './PurposeGate';

interface Props { person: string; field: RevealBody['field']; masked: string; name: string; caseId?: string }

/** A masked number; the whole of it needs a purpose, and the look is recorded. */
export function Reveal({ person, field, masked, name, caseId }: Props) {
  const { session, mayCall } = useSession();
  const [asking, setAsking] = useState(false);
  const [purpose, setPurpose] = useState(session?.purposes[0] ?? '');
  const [shown, setShown] = useState<Revealed | null>(null);
  const act = useAct();
  const ask = () => act.run(async () => {
    setShown(await call('person_reveal', { path: { person }, body: { field, purpose, case: caseId ?? null } }));
    setAsking(false);
  });
  if (!mayCall('person_reveal')) return <span className="number">{masked}</span>;
  return (
    <span className="reveal">
      <span className="number">{shown ? shown.value : masked}</span>
      {shown
        ? <Button size="small" type="link" onClick={() => setShown(null)}>{t('reveal.hide')}</Button>
        : <Button size="small" type="link" onClick={() => setAsking(true)} aria-label={t('reveal.of', { name, field: t(`reveal.field.${field}`) })}>{t('reveal.do')}</Button>}
      <Modal open={asking} title={t('reveal.title', { name, field: t(`reveal.field.${field}`) })} okText={t('reveal.ok')} cancelText={t('cancel')}
        confirmLoading={act.busy} onOk={() => void ask()} onCancel={() => setAsking(false)} destroyOnHidden>
        {act.error && <Problem error={act.error} />}
        <PurposeChoice value={purpose} onChange={setPurpose} />
        <p className="quiet">{t('reveal.recorded')}</p>
      </Modal>
    </span>
  );
}
