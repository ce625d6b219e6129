import { Button } from 'antd';
import { useState } from 'react';
import { call } from '../../api/client';
import { useAct } from '../../api/hooks';
import type { Duplicate, DuplicateRun, DuplicateSide } from '../../api/types.gen';
import { link } from '../../components/route';
import { Problem } from '../../components/State';
import { t } from '../../locale';
import { count, moment } from '../../locale/format';
import { usePaged } from '../benefits/paged';
import { PagedTable } from '../benefits/PagedTable';
import { Likeness } from './Likeness';

const LISTS = ['open', 'confirm', 'merged', 'different'] as const;
type List = typeof LISTS[number];

function Side({ of }: { of: DuplicateSide }) {
  return <div>{of.name} <span className="number">{of.id_masked}</span><br /><span className="quiet">{t('find.born', { year: of.birth_year })} · {of.division_name}</span></div>;
}

function Row({ of }: { of: Duplicate }) {
  return (
    <tr>
      <th scope="row"><a href={link('duplicates', of.id)}>{of.one.name} / {of.other.name}</a>{of.state !== 'open' && <><br /><span className="mark">{t(`duplicate.state.${of.state}`)}</span></>}</th>
      <td data-label={t('duplicate.one')}><Side of={of.one} /></td>
      <td data-label={t('duplicate.other')}><Side of={of.other} /></td>
      <td data-label={t('duplicate.likeness')}><Likeness milli={of.probability_milli} why={of.why} /></td>
      <td data-label={t('duplicate.said')}>{of.said_by ? <>{of.said_by}<br /><span className="quiet">{moment(of.said_at ?? '')}</span></> : '\u2014'}</td>
    </tr>
  );
}

function LastRun({ of, at }: { of: DuplicateRun; at: string }) {
  return (
    <p className="quiet">
      {t('duplicate.ran', { at: moment(at), people: count(of.people), found: count(of.found), fresh: count(of.fresh), gone: count(of.gone) })}
      {of.cut && <> {t('duplicate.cut')}</>}
      {of.verdicts > 0 && <> {t('duplicate.learned', { n: count(of.verdicts), bits: (of.shift_milli / 1000).toFixed(1) })}</>}
    </p>
  );
}

/** 疑似重复登记: pairs of the population register that may be one person. */
export function DuplicatesPage() {
  const [list, setList] = useState<List>('open');
  const paged = usePaged('duplicates', { list });
  const run = useAct();
  const { data } = paged.first;
  const compare = () => run.run(async () => {
    await call('duplicates_run', { body: { register: 'population' } });
    paged.first.reload();
  });
  return (
    <>
      <div className="page-head">
        <h1>{t('desk.nav.duplicates')}</h1>
        {data?.may_run && <Button type="primary" loading={run.busy} onClick={() => void compare()}>{t('duplicate.run')}</Button>}
      </div>
      <p className="quiet">{t('duplicate.lead')}</p>
      {run.error && <Problem error={run.error} />}
      {data?.runs[0] && <LastRun of={data.runs[0]} at={data.ran_at ?? ''} />}
      <form className="filters" role="search" onSubmit={(e) => e.preventDefault()}>
        <label htmlFor="duplicate-list">{t('duplicate.list')}
          <select id="duplicate-list" value={list} onChange={(e) => setList(e.target.value as List)}>
            {LISTS.map((one) => <option key={one} value={one}>{t(`duplicate.list.${one}`)}{data && t('duplicate.countOf', { n: count(data.counts[one]) })}</option>)}
          </select>
        </label>
      </form>
      <PagedTable list={paged} first={paged.first} more={paged.more as Duplicate[]} label={t('desk.nav.duplicates')} none={t(`duplicate.none.${list}`)} hint={t(data?.runs.length ? 'duplicate.noneHint' : 'duplicate.notRun')}
        head={[t('duplicate.pair'), t('duplicate.one'), t('duplicate.other'), t('duplicate.likeness'), t('duplicate.said')]} row={(of: Duplicate) => <Row key={of.id} of={of} />} />
    </>
  );
}
