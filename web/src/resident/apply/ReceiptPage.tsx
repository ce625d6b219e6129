import { link } from '../../components/route';
import { say, t } from '../../locale';
import { day } from '../../locale/format';
import type { Sent } from './Apply';

/** The receipt: number, the day by which the law wants an answer, what happens next. */
export function ReceiptPage({ sent }: { sent: Sent }) {
  const { receipt, failed } = sent;
  return (
    <>
      <div className="receipt">
        <h1>{t('receipt.title')}</h1>
        <p>{t('receipt.number')}</p>
        <p className="receipt-number number">{receipt.number}</p>
      </div>
      <section className="block">
        <h2>{t('receipt.next')}</h2>
        <p>{say(receipt.next)}</p>
        {receipt.due_on && <p>{t('receipt.due', { date: day(receipt.due_on) })}</p>}
        {sent.sent > 0 && <p>{t('receipt.papers', { n: sent.sent })}</p>}
      </section>
      {failed.length > 0 && (
        <div className="note is-warn">
          <h2>{t('receipt.papersFailed')}</h2>
          <ul>{failed.map((paper) => <li key={paper.id}>{paper.name}{paper.refused && `: ${paper.refused}`}</li>)}</ul>
          <a className="button is-second" href={link('case', receipt.id, 'papers')}>{t(failed.every((paper) => paper.refused) ? 'receipt.papersOther' : 'receipt.papersAgain')}</a>
        </div>
      )}
      <div className="actions">
        <a className="button" href={link('case', receipt.id)}>{t('receipt.follow')}</a>
        <button type="button" className="button is-second" onClick={() => window.print()}>{t('print')}</button>
      </div>
    </>
  );
}
