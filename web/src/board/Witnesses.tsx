import { useCall } from '../api/hooks';
import { say, t, word } from '../locale';
import { count, moment } from '../locale/format';

/** Who has cosigned the evidence log, and when. */
export function Witnesses() {
  const { data } = useCall('log_witnesses');
  if (!data) return null;
  return (
    <section className="figure is-wide">
      <h2>{t('board.witnesses')}</h2>
      <p className="quiet">{t('board.witnesses.origin')} <code>{data.origin}</code></p>
      {data.stopped && <p className="is-bad" role="alert"><strong>{t('board.witnesses.stopped')}</strong> {say(data.stopped)}</p>}
      <ul className="bullets">
        {data.trees.map((tree) => (
          <li key={tree.tree}>{word('tree', tree.tree)}{' · '}{t('board.witnesses.head', { size: count(tree.size), at: moment(tree.signed_at) })}{data.quorum && <>{' · '}{tree.final_at ? t('board.witnesses.final', { size: count(tree.final_size), at: moment(tree.final_at) }) : t('board.witnesses.notFinal')}</>}</li>
        ))}
      </ul>
      {data.witnesses.length === 0 ? <p className="quiet">{t('board.witnesses.none')}</p> : (
        <div className="scroll" tabIndex={0} role="region" aria-label={t('board.witnesses')}>
          <table className="grid">
            <thead><tr><th scope="col">{t('board.witnesses.who')}</th><th scope="col">{t('board.witnesses.tree')}</th><th scope="col" className="is-number">{t('board.witnesses.size')}</th><th scope="col">{t('board.witnesses.when')}</th><th scope="col">{t('board.witnesses.state')}</th></tr></thead>
            <tbody>
              {data.witnesses.map((w) => (
                <tr key={`${w.vkey}${w.tree}`}>
                  <th scope="row">{w.name}</th><td>{word('tree', w.tree)}</td><td className="is-number number">{count(w.size)}</td>
                  <td>{w.cosigned_at ? moment(w.cosigned_at) : ''}</td>
                  <td className={w.state === 'cosigned' || w.state === 'unasked' ? undefined : 'is-bad'}>{word('witness', w.state)}{w.detail && w.detail !== '0' && ` ${w.detail}`}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
