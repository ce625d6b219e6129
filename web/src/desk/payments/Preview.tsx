import { useCall } from '../../api/hooks';
import type { Batch } from '../../api/types.gen';
import { Show } from '../../components/State';
import { say, t } from '../../locale';
import { count, money, month } from '../../locale/format';

/** Before it is approved: why the batch is not last month's sum. */
export function Preview({ batch }: { batch: Batch }) {
  const question = useCall('batch_preview', { path: { batch: batch.id } });
  return (
    <section className="panel">
      <h2>{t('batch.preview')}</h2>
      <Show of={question} lines={3}>{(preview) => (
        <>
          <p>{t('batch.previewText', { month: month(preview.against), last: money(preview.last_fen), now: money(preview.total_fen), more: money(preview.difference_fen) })}</p>
          {preview.reasons.length > 0 && (
            <div className="scroll" tabIndex={0} role="region" aria-label={t('batch.preview')}>
              <table className="grid">
                <thead><tr><th scope="col">{t('batch.previewReason')}</th><th scope="col" className="is-number">{t('batch.col.count')}</th><th scope="col" className="is-number">{t('batch.previewSum')}</th></tr></thead>
                <tbody>{preview.reasons.map((row) => <tr key={row.reason}><th scope="row">{say(row.name)}</th><td className="is-number number">{count(row.count)}</td><td className="is-number number">{money(row.fen)}</td></tr>)}</tbody>
                <tfoot><tr><th scope="row">{t('batch.previewAll')}</th><td /><td className="is-number number">{money(preview.explained_fen)}</td></tr></tfoot>
              </table>
            </div>
          )}
        </>
      )}</Show>
    </section>
  );
}
