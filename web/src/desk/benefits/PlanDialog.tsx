import { Modal } from 'antd';
import { useState } from 'react';
import { call } from '../../api/client';
import { useAct } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { Recovery } from '../../api/types.gen';
import { DateField } from '../../components/DateField';
import { Problem } from '../../components/State';
import { t } from '../../locale';
import { day, money } from '../../locale/format';

/** The same day of a later month, or that month's last. */
function monthsLater(iso: string, n: number): string {
  const [y = 0, m = 1, d = 1] = iso.split('-').map(Number);
  const last = new Date(Date.UTC(y, m + n, 0)).getUTCDate();
  return new Date(Date.UTC(y, m - 1 + n, Math.min(d, last))).toISOString().slice(0, 10);
}

/** Equal parts a month; what does not divide comes with the last. */
export function PlanDialog({ data, onClose, onDone }: { data: Recovery; onClose: () => void; onDone: () => void }) {
  const { meta } = useSession();
  const [number, setNumber] = useState('3');
  const [first, setFirst] = useState('');
  const act = useAct();
  const open = data.head.open_fen;
  const n = /^\d{1,3}$/.test(number) ? Number(number) : 0;
  const fits = n >= 1 && n <= data.instalments_max && n <= open;
  const part = fits ? Math.floor(open / n) : 0;
  const list = fits && first ? Array.from({ length: n }, (_, i) => ({ due_on: monthsLater(first, i), amount_fen: i === n - 1 ? open - part * (n - 1) : part })) : [];
  const past = first !== '' && !!meta && first < meta.today;
  const send = () => act.run(async () => {
    await call('recovery_plan', { path: { recovery: data.head.id }, body: { instalments: list } });
    onDone();
  });
  return (
    <Modal open title={t('life.act.plan')} okText={t('life.act.plan')} cancelText={t('cancel')} okButtonProps={{ disabled: list.length === 0 || past }} confirmLoading={act.busy} onOk={() => void send()} onCancel={onClose}>
      {act.error && <Problem error={act.error} />}
      <p className="quiet">{t('life.means.plan')}</p>
      <label className="note-label" htmlFor="plan-number">{t('life.plan.number')}</label>
      <input className="plain-input" id="plan-number" inputMode="numeric" autoComplete="off" value={number} aria-invalid={!fits || undefined} aria-describedby="plan-hint" onChange={(e) => setNumber(e.target.value)} />
      <p id="plan-hint" className={fits ? 'quiet' : 'form-error'}>{t('life.plan.numberHint', { max: data.instalments_max })}</p>
      <label className="note-label" htmlFor="plan-first">{t('life.plan.first')}</label>
      <DateField id="plan-first" value={first} onChange={setFirst} />
      {past && <p className="form-error" role="alert">{t('life.plan.past')}</p>}
      {list.length > 0 && <ol className="plan-preview" aria-label={t('life.plan')}>{list.map((one) => <li key={one.due_on}>{day(one.due_on)} <span className="number">{money(one.amount_fen)}</span></li>)}</ol>}
    </Modal>
  );
}
