import { useState } from 'react';
import type { Routes } from '../../api/types.gen';
import { link } from '../../components/route';
import { say, t } from '../../locale';
import { day, dayOf, money } from '../../locale/format';
import { usePaged } from './paged';
import { PagedTable, StateFilter } from './PagedTable';
import { ProposalMark, UPWARD } from './words';

const STATES = ['proposed', 'heard', 'adopted', 'dropped'] as const;

/** 待定变更: benefits that are to be changed; nobody's is reduced, suspended or ended before he was heard. */
export function ProposalsPage() {
  const [state, setState] = useState('');
  const list = usePaged('proposals', { state: (state || undefined) as Routes['proposals']['query']['state'] });
  return (
    <>
      <div className="page-head"><h1>{t('desk.nav.proposals')}</h1></div>
      <p className="quiet">{t('life.proposals.lead')}</p>
      <StateFilter id="proposal-state" value={state} states={STATES} prefix="proposal" onChange={setState} />
      <PagedTable list={list} first={list.first} more={list.more} label={t('desk.nav.proposals')} none={t('life.proposals.none')} hint={t(state ? 'cases.nothingFiltered' : 'life.proposals.noneYet')}
        head={['life.col.name', 'life.col.scheme', 'life.col.change', 'life.col.answer', 'life.col.state'].map((key) => t(key))}
        row={(one) => (
          <tr key={one.id}>
            <th scope="row"><a href={link('proposals', one.id)}>{one.name}</a><br /><span className="quiet">{one.division_name}</span></th>
            <td data-label={t('life.col.scheme')}><div>{say(one.scheme_name)}<br /><span className="quiet">{t('life.proposedOn', { date: dayOf(one.proposed_at), by: one.proposed_by ?? '' })}</span></div></td>
            <td data-label={t('life.col.change')}><div className="number">{one.kind === 'end' ? t('life.fromToEnd', { was: money(one.was_fen) }) : t('life.fromTo', { was: money(one.was_fen), is: money(one.monthly_fen) })}</div></td>
            <td data-label={t('life.col.answer')}><div>{one.answered_at ? t('life.answeredOn', { date: dayOf(one.answered_at) }) : one.answer_due ? t('life.answerUntil', { date: day(one.answer_due) }) : UPWARD.includes(one.kind) ? '\u2014' : t('life.notServed')}</div></td>
            <td data-label={t('life.col.state')}><div><ProposalMark of={one} /></div></td>
          </tr>
        )} />
    </>
  );
}
