import { useState } from 'react';
import { call } from '../../api/client';
import { useSession } from '../../api/session';
import type { BenefitLife } from '../../api/types.gen';
import { DateField } from '../../components/DateField';
import { t } from '../../locale';
import { Reasoned } from '../archive/Reasoned';

/** A death that a register told: confirmed by a paper, or it was wrong and what was held back is paid. */
export function DeathDialog({ life, confirm, onClose, onDone }: { life: BenefitLife; confirm: boolean; onClose: () => void; onDone: () => void }) {
  const { meta } = useSession();
  const found = life.acts.find((act) => act.kind === 'suspended' && act.cause === 'death');
  const [died, setDied] = useState(found?.event ?? '');
  const title = t(confirm ? 'life.death.confirm' : 'life.death.refute');
  return (
    <Reasoned title={title} ok={title} words={life.words} onClose={onClose} onSend={async (words) => { await call('benefit_death', { path: { entitlement: life.id }, body: { confirm, died: confirm ? died : null, words } }); onDone(); }}>
      <p>{life.name}</p>
      <p className="quiet">{t(confirm ? 'life.death.confirmMeans' : 'life.death.refuteMeans')}</p>
      {confirm && <><label className="note-label" htmlFor="death-day">{t('life.death.day')}</label><DateField id="death-day" value={died} onChange={setDied} max={meta?.today} /></>}
    </Reasoned>
  );
}
