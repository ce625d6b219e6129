import type { SubmissionDifferences } from '../../api/types.gen';
import { t } from '../../locale';
import { count } from '../../locale/format';

const COLUMNS = ['number', 'kind', 'who', 'fields'] as const;

/** Their own list beside ours: what is only here, only there, or different. */
export function Differences({ of }: { of: SubmissionDifferences }) {
  return (
    <section className="panel">
      <h2>{t('submissions.differences')}</h2>
      <dl className="figures">
        {(['here', 'there', 'same', 'different', 'only_here', 'only_there'] as const).map((name) => (
          <div key={name}><dt>{t(`submissions.figure.${name}`)}</dt><dd className={`number${of[name] && !['here', 'there', 'same'].includes(name) ? ' is-bad' : ''}`}>{count(of[name])}</dd></div>
        ))}
      </dl>
      {of.items.length === 0 ? <p>{t('submissions.agree')}</p> : (
        <div className="scroll" tabIndex={0} role="region" aria-label={t('submissions.differences')}>
          <table className="grid is-cards">
            <thead><tr>{COLUMNS.map((name) => <th key={name} scope="col">{t(`submissions.col.${name}`)}</th>)}</tr></thead>
            <tbody>{of.items.map((one, i) => (
              <tr key={i}>
                <th scope="row">{one.number || '\u2013'}</th>
                <td data-label={t('submissions.col.kind')}><span className="mark is-bad">{t(`submissions.difference.${one.kind}`)}</span></td>
                <td data-label={t('submissions.col.who')}>{one.name} {one.id_masked}</td>
                <td data-label={t('submissions.col.fields')}><div>{one.fields.map((f) => <div key={f.heading}>{t('submissions.field', { heading: f.heading, here: f.here || '\u2013', there: f.there || '\u2013' })}</div>)}</div></td>
              </tr>
            ))}</tbody>
          </table>
        </div>
      )}
      {of.more && <p className="quiet">{t('submissions.moreRows')}</p>}
    </section>
  );
}
