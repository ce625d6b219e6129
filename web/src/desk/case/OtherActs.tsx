import { Button, Modal } from 'antd';
import { useState } from 'react';
import { call } from '../../api/client';
import { useAct } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { Case, RemedyFiling } from '../../api/types.gen';
import { Problem } from '../../components/State';
import { may } from '../../components/may';
import { say, t } from '../../locale';

type Act = 'withdraw' | 'explain' | 'remedy';

/** Acts beside the task: recorded for the person who asked for them. */
export function OtherActs({ data, reload }: { data: Case; reload: () => void }) {
  const { roles } = useSession();
  const [open, setOpen] = useState<Act | null>(null);
  const counter = roles.has('clerk') || roles.has('community');
  const acts: Act[] = (['withdraw', 'explain', 'remedy'] as const).filter((act) => counter && may(data, act)
    && (act !== 'remedy' || (roles.has('clerk') && data.remedies.some((remedy) => remedy.may_file))));
  if (acts.length === 0) return null;
  return (
    <section>
      <h2>{t('acts.counter')}</h2>
      <p className="other-acts">{acts.map((act) => <Button key={act} onClick={() => setOpen(act)}>{t(`acts.${act}`)}</Button>)}</p>
      {open && <TextDialog key={open} act={open} data={data} onClose={() => setOpen(null)} onDone={() => { setOpen(null); reload(); }} />}
    </section>
  );
}

function TextDialog({ act, data, onClose, onDone }: { act: Act; data: Case; onClose: () => void; onDone: () => void }) {
  const [text, setText] = useState('');
  const [kind, setKind] = useState<RemedyFiling['kind'] | ''>('');
  const run = useAct();
  const id = data.summary.id;
  const ready = !!text.trim() && (act !== 'remedy' || !!kind);
  const send = () => run.run(async () => {
    const body = { reason: text.trim() };
    if (act === 'withdraw') await call('case_withdraw', { path: { case: id }, body });
    if (act === 'explain') await call('case_explain', { path: { case: id }, body });
    if (act === 'remedy' && kind) await call('case_remedy', { path: { case: id }, body: { kind, text: text.trim() } });
    onDone();
  });
  return (
    <Modal open title={t(`acts.${act}`)} okText={t(`acts.${act}`)} cancelText={t('cancel')} okButtonProps={{ disabled: !ready, danger: act === 'withdraw' }}
      confirmLoading={run.busy} onOk={() => void send()} onCancel={onClose}>
      {run.error && <Problem error={run.error} />}
      <p>{t(`acts.${act}.hint`)}</p>
      {act === 'remedy' && (
        <fieldset className="purposes">
          <legend>{t('acts.remedyKind')}</legend>
          {data.remedies.filter((remedy) => remedy.may_file).map((remedy) => (
            <label key={remedy.id}><input type="radio" name="kind" checked={kind === remedy.kind} onChange={() => setKind(remedy.kind)} /> {say(remedy.name)} <span className="quiet">{say(remedy.organ)}</span></label>
          ))}
        </fieldset>
      )}
      <label className="note-label" htmlFor="act-text">{t('acts.words')}</label>
      <textarea id="act-text" rows={5} value={text} onChange={(e) => setText(e.target.value)} />
    </Modal>
  );
}
