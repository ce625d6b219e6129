import { call, saveBlob } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import type { Receipt } from '../../api/types.gen';
import { Empty, Problem, Show } from '../../components/State';
import { t, word } from '../../locale';
import { moment } from '../../locale/format';
import type { CaseProps } from './CaseRoutes';

const COMMAND = 'minzheng log verify FILE';

function Proof({ receipt, number }: { receipt: Receipt; number: string }) {
  const act = useAct();
  const save = () => act.run(async () => {
    const full = receipt.text ? receipt : await call('receipt', { path: { entry: receipt.entry } });
    saveBlob(new Blob([full.text], { type: 'text/plain' }), `${number}-${receipt.entry}.receipt`);
  });
  return (
    <li className="card">
      <h2>{word('proof.kind', receipt.kind)}</h2>
      <p className="card-words">
        <span>{moment(receipt.at)}</span>
        <span className="number">{receipt.index == null ? t('proof.pending') : t('proof.index', { index: receipt.index })}</span>
      </p>
      {act.error && <Problem error={act.error} />}
      <button type="button" className="button is-second" disabled={act.busy} onClick={() => void save()}>{t('proof.save')}<span className="hidden">{word('proof.kind', receipt.kind)}</span></button>
    </li>
  );
}

/** Proof that what was decided is what is written, and how to check it without us. */
export function ProofPage({ data }: CaseProps) {
  const receipts = useCall('case_receipts', { path: { case: data.summary.id } });
  const head = useCall('log_head');
  return (
    <>
      <h1>{t('proof.title')}</h1>
      <p className="lead">{t('proof.lead')}</p>
      <Show of={receipts}>{(list) => list.length === 0
        ? <Empty title={t('proof.none')} />
        : <ul className="cards">{list.map((receipt) => <Proof key={receipt.entry} receipt={receipt} number={data.summary.number} />)}</ul>}</Show>
      <section className="block">
        <h2>{t('proof.how')}</h2>
        <ol className="bullets">
          <li>{t('proof.how.save')}</li>
          <li><a href="/verify/" target="_blank" rel="noreferrer">{t('proof.how.page')}</a></li>
          <li>{t('proof.how.run')} <code>{COMMAND}</code></li>
          <li>{t('proof.how.qr')}</li>
        </ol>
      </section>
      {head.data && (
        <section className="block">
          <h2>{t('proof.head')}</h2>
          <dl className="mini">
            <div><dt>{t('proof.head.origin')}</dt><dd>{head.data.origin}</dd></div>
            <div><dt>{t('proof.head.size')}</dt><dd className="number">{head.data.size}</dd></div>
            <div><dt>{'SHA-256'}</dt><dd><code>{head.data.root}</code></dd></div>
            <div><dt>{'SM3'}</dt><dd><code>{head.data.sm3_root}</code></dd></div>
            <div><dt>{t('proof.head.signed')}</dt><dd>{moment(head.data.signed_at)}</dd></div>
          </dl>
        </section>
      )}
    </>
  );
}
