import { Button, Modal } from 'antd';
import { useState } from 'react';
import { call } from '../api/client';
import { useAct } from '../api/hooks';
import { useSession } from '../api/session';
import type { Reveal as RevealBody, Revealed } from '../api/types.gen';
import { Problem } from '../components/State';
import { t } from '../locale';
import { PurposeChoice } from './PurposeGate';

interface MaskedProps { masked: string; name: string; field: string; reveal: (purpose: string) => Promise<Revealed> }

/** A masked text; the whole of it needs a purpose, and the look is recorded. */
export function Masked({ masked, name, field, reveal }: MaskedProps) {
  const { session } = useSession();
  const [asking, setAsking] = useState(false);
  const [purpose, setPurpose] = useState(session?.purposes[0] ?? '');
  const [shown, setShown] = useState<Revealed | null>(null);
  const act = useAct();
  const ask = () => act.run(async () => {
    setShown(await reveal(purpose));
    setAsking(false);
  });
  return (
    <span className="reveal">
      <span className="number">{shown ? shown.value : masked}</span>
      {shown
        ? <Button size="small" type="link" onClick={() => setShown(null)}>{t('reveal.hide')}</Button>
        : <Button size="small" type="link" onClick={() => setAsking(true)} aria-label={t('reveal.of', { name, field })}>{t('reveal.do')}</Button>}
      <Modal open={asking} title={t('reveal.title', { name, field })} okText={t('reveal.ok')} cancelText={t('cancel')}
        confirmLoading={act.busy} onOk={() => void ask()} onCancel={() => setAsking(false)} destroyOnHidden>
        {act.error && <Problem error={act.error} />}
        <PurposeChoice value={purpose} onChange={setPurpose} />
        <p className="quiet">{t('reveal.recorded')}</p>
      </Modal>
    </span>
  );
}

interface Props { person: string; field: RevealBody['field']; masked: string; name: string; caseId?: string }

/** A person's number, by those who may see it. */
export function Reveal({ person, field, masked, name, caseId }: Props) {
  const { mayCall } = useSession();
  if (!mayCall('person_reveal')) return <span className="number">{masked}</span>;
  return <Masked masked={masked} name={name} field={t(`reveal.field.${field}`)}
    reveal={(purpose) => call('person_reveal', { path: { person }, body: { field, purpose, case: caseId ?? null } })} />;
}
