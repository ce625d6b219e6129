import { Button, Modal } from 'antd';
import { useState } from 'react';
import { call } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import type { Case } from '../../api/types.gen';
import { Empty, Problem, Show } from '../../components/State';
import { go, link } from '../../components/route';
import { may } from '../../components/may';
import { say, t } from '../../locale';
import { day } from '../../locale/format';

/** Somebody else of the household has applied for the same: the two go on as one; taken apart until a decision. */
export function MergeCase({ data, reload }: { data: Case; reload: () => void }) {
  const [open, setOpen] = useState<'merge' | 'unmerge' | null>(null);
  const [merge, unmerge] = [may(data, 'merge') && data.alike, may(data, 'unmerge')];
  if (!merge && !unmerge) return null;
  const close = () => setOpen(null);
  return (
    <section>
      <h2>{t('merge.head')}</h2>
      {merge && <p>{t('merge.alike')}</p>}
      <p className="other-acts">
        {merge && <Button onClick={() => setOpen('merge')}>{t('merge.open')}</Button>}
        {unmerge && <Button onClick={() => setOpen('unmerge')}>{t('merge.apart')}</Button>}
      </p>
      {open === 'merge' && <MergeDialog data={data} onClose={close} />}
      {open === 'unmerge' && <ApartDialog data={data} onClose={close} onDone={() => { close(); reload(); }} />}
    </section>
  );
}

function Reason({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  return (
    <>
      <label className="note-label" htmlFor="merge-reason">{t('merge.reason')}</label>
      <textarea id="merge-reason" rows={3} value={value} onChange={(e) => onChange(e.target.value)} />
    </>
  );
}

function MergeDialog({ data, onClose }: { data: Case; onClose: () => void }) {
  const found = useCall('case_duplicates', { path: { case: data.summary.id } });
  const [into, setInto] = useState('');
  const [reason, setReason] = useState('');
  const act = useAct();
  const send = () => act.run(async () => {
    await call('case_merge', { path: { case: data.summary.id }, body: { into, reason: reason.trim() } });
    go(link('case', into));
  });
  return (
    <Modal open title={t('merge.title', { number: data.summary.number })} okText={t('merge.do')} cancelText={t('cancel')} okButtonProps={{ disabled: !into || !reason.trim() }}
      confirmLoading={act.busy} onOk={() => void send()} onCancel={onClose}>
      {act.error && <Problem error={act.error} />}
      <p>{t('merge.hint')}</p>
      <Show of={found} lines={3}>{({ items, more }) => items.length === 0 ? <Empty title={t('merge.none')} /> : (
        <fieldset className="purposes">
          <legend>{t('merge.into')}</legend>
          {items.map((one) => (
            <label key={one.id}>
              <input type="radio" name="merge-into" checked={into === one.id} onChange={() => setInto(one.id)} /> {one.applicant_name} <span className="number">{one.number}</span>{' '}
              <span className="quiet">{say(one.state_name)} · {t('case.appliedOn', { date: day(one.applied_on) })}{one.due_on && ` \u00b7 ${t('case.due', { date: day(one.due_on) })}`} · {one.division_name}</span>
            </label>
          ))}
          {more && <p className="quiet">{t('merge.more')}</p>}
        </fieldset>
      )}</Show>
      <Reason value={reason} onChange={setReason} />
    </Modal>
  );
}

function ApartDialog({ data, onClose, onDone }: { data: Case; onClose: () => void; onDone: () => void }) {
  const [reason, setReason] = useState('');
  const act = useAct();
  const send = () => act.run(async () => {
    await call('case_unmerge', { path: { case: data.summary.id }, body: { reason: reason.trim() } });
    onDone();
  });
  return (
    <Modal open title={t('merge.apartTitle', { number: data.summary.number })} okText={t('merge.apart')} cancelText={t('cancel')} okButtonProps={{ disabled: !reason.trim() }}
      confirmLoading={act.busy} onOk={() => void send()} onCancel={onClose}>
      {act.error && <Problem error={act.error} />}
      <p>{t('merge.apartHint')}</p>
      <Reason value={reason} onChange={setReason} />
    </Modal>
  );
}
