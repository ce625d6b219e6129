import { useState } from 'react';
import { useSession } from '../../api/session';
import type { Routes } from '../../api/types.gen';
import { link } from '../../components/route';
import { say, t } from '../../locale';
import { day, money, month } from '../../locale/format';
import { usePaged } from './paged';
import { PagedTable, StateFilter } from './PagedTable';
import { BENEFIT } from './words';

const STATES = ['active', 'suspended', 'due', 'ended'];

/** 在享待遇: who receives what in the officer's divisions, and whose review falls due. */
export function BenefitsPage() {
  const { roles } = useSession();
  const [state, setState] = useState('');
  const states = roles.has('leader') || roles.has('auditor') ? [...STATES, 'relatives'] : STATES;
  const list = usePaged('benefits', { state: (state || undefined) as Routes['benefits']['query']['state'] });
  return (
    <>
      <div className="page-head"><h1>{t('desk.nav.benefits')}</h1></div>
      <p className="quiet">{t('life.benefits.lead')}</p>
      <StateFilter id="benefit-state" value={state} states={states} prefix="state" onChange={setState} />
      <PagedTable list={list} first={list.first} more={list.more} label={t('desk.nav.benefits')} none={t('life.benefits.none')} hint={t(state ? 'cases.nothingFiltered' : 'life.benefits.noneYet')}
        head={['life.col.name', 'life.col.scheme', 'life.col.division', 'life.col.monthly', 'life.col.review', 'life.col.state'].map((key) => t(key))}
        row={(one) => (
          <tr key={one.id}>
            <th scope="row"><a href={link('benefits', one.id)}>{one.name}</a></th>
            <td data-label={t('life.col.scheme')}><div>{say(one.scheme_name)}<br /><span className="quiet">{t('life.since', { month: month(one.from) })}</span></div></td>
            <td data-label={t('life.col.division')}><div>{one.division_name}</div></td>
            <td data-label={t('life.col.monthly')}><div className="number">{money(one.monthly_fen)}</div></td>
            <td data-label={t('life.col.review')} className="is-day"><div>{one.next_review && one.state !== 'ended' ? day(one.next_review) : '\u2014'}</div></td>
            <td data-label={t('life.col.state')}><div><span className={`mark ${BENEFIT[one.state]}`}>{t(`life.state.${one.state}`)}</span></div></td>
          </tr>
        )} />
    </>
  );
}
