import { App, Button, Modal } from 'antd';
import { useRef, useState } from 'react';
import { call, saveBlob } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { Batch, BankFormat, ReturnsResult } from '../../api/types.gen';
import { Problem } from '../../components/State';
import { say, t } from '../../locale';
import { count, money } from '../../locale/format';

/** As it came: what was sent once comes again in its own format. */
const ending = (file: Blob) => (file.type.includes('xml') ? 'xml' : file.type.includes('plain') ? 'txt' : 'csv');

/** In which format the batch goes to the bank; asked until it was sent, as then the file stands. */
function FormatChoice({ chosen, choose }: { chosen: string; choose: (format: BankFormat) => void }) {
  const { data } = useCall('bank_formats');
  if (!data) return null;
  return (
    <label>{t('batch.format')}{' '}
      <select value={chosen || data.items[0]?.id} onChange={(e) => { const found = data.items.find((one) => one.id === e.target.value); if (found) choose(found); }}>
        {data.items.map((one) => <option key={one.id} value={one.id}>{say(one.name)}</option>)}
      </select>
    </label>
  );
}

/** What may be done with a batch; approving is for a second person. */
export function BatchActs({ batch, reload }: { batch: Batch; reload: () => void }) {
  const { session, roles } = useSession();
  const { modal, message } = App.useApp();
  const [cancelling, setCancelling] = useState(false);
  const [result, setResult] = useState<ReturnsResult | null>(null);
  const [format, setFormat] = useState<BankFormat | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const act = useAct();
  const path = { batch: batch.id };
  const may = (name: string) => batch.may.includes(name) || batch.may.includes(`batch_${name}`);
  const own = session?.name === batch.prepared_by;
  const approve = () => modal.confirm({
    title: t('batch.approve'), content: t('batch.approveText', { n: count(batch.count), sum: money(batch.total_fen) }),
    okText: t('batch.approve'), cancelText: t('cancel'),
    onOk: () => act.run(async () => { await call('batch_approve', { path }); void message.success(t('batch.approved')); reload(); }),
  });
  const file = () => act.run(async () => {
    const made = await call('batch_file', { path, query: { format: format?.id } });
    saveBlob(made, `minzheng-${batch.scheme}-${batch.month}-${batch.id}.${ending(made)}`);
    reload();
  });
  const returns = (files: FileList | null) => {
    const chosen = files?.[0];
    if (chosen) void act.run(async () => { setResult(await call('batch_returns', { path, body: chosen })); reload(); });
  };
  return (
    <section className="panel">
      <p className="row">
        {may('approve') && <Button type="primary" disabled={own} loading={act.busy} onClick={approve}>{t('batch.approve')}</Button>}
        {may('file') && batch.state === 'approved' && <FormatChoice chosen={format?.id ?? ''} choose={setFormat} />}
        {may('file') && <Button type="primary" loading={act.busy} onClick={() => void file()}>{t('batch.export')}</Button>}
        {may('returns') && (
          <>
            <input ref={input} type="file" hidden accept=".xml,.csv,application/xml,text/csv" onChange={(e) => { returns(e.target.files); e.target.value = ''; }} />
            <Button loading={act.busy} onClick={() => input.current?.click()}>{t('batch.takeReturns')}</Button>
          </>
        )}
        {may('cancel') && <Button danger onClick={() => setCancelling(true)}>{t('batch.cancel')}</Button>}
        {batch.may.length === 0 && <span className="quiet">{t('batch.nothing')}</span>}
      </p>
      {batch.state === 'draft' && (own || !may('approve')) && <p className="quiet">{t(roles.has('cashier') ? 'batch.second' : 'batch.secondOther')}</p>}
      {act.error && <Problem error={act.error} focus />}
      {result && (
        <div className={`note ${result.rejected.length ? 'is-warn' : 'is-good'}`} role="status">
          <h2>{t('returns.title', { n: count(result.accepted) })}</h2>
          <p>{t('returns.text', { paid: count(result.paid), returned: count(result.returned) })}</p>
          {result.rejected.length > 0 && <><p>{t('returns.rejected')}</p><ul>{result.rejected.map((row, i) => <li key={i}>{t('returns.line', { n: row.path, text: row.message })}</li>)}</ul></>}
        </div>
      )}
      {cancelling && <CancelDialog batch={batch} onClose={() => setCancelling(false)} onDone={() => { setCancelling(false); reload(); }} />}
    </section>
  );
}

function CancelDialog({ batch, onClose, onDone }: { batch: Batch; onClose: () => void; onDone: () => void }) {
  const [reason, setReason] = useState('');
  const act = useAct();
  const send = () => act.run(async () => { await call('batch_cancel', { path: { batch: batch.id }, body: { reason: reason.trim() } }); onDone(); });
  return (
    <Modal open title={t('batch.cancel')} okText={t('batch.cancel')} cancelText={t('cancel')} okButtonProps={{ danger: true, disabled: !reason.trim() }} confirmLoading={act.busy} onOk={() => void send()} onCancel={onClose}>
      {act.error && <Problem error={act.error} />}
      <p>{t('batch.cancelText')}</p>
      <label className="note-label" htmlFor="cancel-reason">{t('acts.reason')}</label>
      <textarea id="cancel-reason" rows={4} value={reason} onChange={(e) => setReason(e.target.value)} />
    </Modal>
  );
}
