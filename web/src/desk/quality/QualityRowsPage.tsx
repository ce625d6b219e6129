import type { QualityRow } from '../../api/types.gen';
import { link } from '../../components/route';
import { say, t } from '../../locale';
import { usePaged } from '../benefits/paged';
import { PagedTable } from '../benefits/PagedTable';

/** The rows that fail one rule in one place: records are a click away, people are masked. */
export function QualityRowsPage({ rule, division }: { rule: string; division: string }) {
  const paged = usePaged('quality_rows', { rule, division });
  const { data } = paged.first;
  return (
    <>
      <p className="back"><a href={link('quality')}>{t('quality.back')}</a></p>
      <div className="page-head"><h1>{t('quality.rows')}</h1></div>
      {data && <p>{say(data.title)} · {data.division_name}</p>}
      <PagedTable list={paged} first={paged.first} more={paged.more as QualityRow[]} label={t('quality.rows')} none={t('quality.none')} hint={t('quality.noneHint')} head={[t('quality.row'), t('quality.place')]}
        row={(one: QualityRow) => (
          <tr key={one.id}>
            <th scope="row">{data && data.register !== 'population' ? <a href={link('registers', data.register, one.id)}>{one.title}</a> : one.title}</th>
            <td data-label={t('quality.place')}>{one.division_name}</td>
          </tr>
        )} />
    </>
  );
}
