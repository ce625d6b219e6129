import { useState } from 'react';
import type { Routes } from '../../api/types.gen';
import { link } from '../../components/route';
import { say, t } from '../../locale';
import { dayOf, money, month } from '../../locale/format';
import { usePaged } from './paged';
import { PagedTable, StateFilter } from './PagedTable';
import { cause, RecoveryMark } from './words';

const STATES = ['open', 'late', 'planned', 'settled'] as const;
const BACK = ['owed', 'ordered', 'paid'] as const;

function Tabs({ back }: { back: boolean }) {
  return (
    <nav className="tabs" aria-label={t('desk.nav.recoveries')}>
      <ul>
        <li><a href="#/recoveries" aria-current={back ? undefined : 'page'}>{t('life.tab.recoveries')}</a></li>
        <li><a href="#/recoveries/back" aria-current={back ? 'page' : undefined}>{t('life.tab.back')}</a></li>
      </ul>
    </nav>
  );
}

function Recoveries() {
  const [state, setState] = useState('');
  const list = usePaged('recoveries', { state: (state || undefined) as Routes['recoveries']['query']['state'] });
  return (
    <>
      <p className="quiet">{t('life.recoveries.lead')}</p>
      <StateFilter id="recovery-state" value={state} states={STATES} prefix="recovery" onChange={setState} />
      <PagedTable list={list} first={list.first} more={list.more} label={t('life.tab.recoveries')} none={t('life.recoveries.none')} hint={t(state ? 'cases.nothingFiltered' : 'life.recoveries.noneYet')}
        head={['life.col.name', 'life.col.scheme', 'life.col.amount', 'life.col.open', 'life.col.state'].map((key) => t(key))}
        row={(one) => (
          <tr key={one.id}>
            <th scope="row"><a href={link('recoveries', one.id)}>{one.name}</a><br /><span className="quiet">{one.division_name}</span></th>
            <td data-label={t('life.col.scheme')}><div>{say(one.scheme_name)}<br /><span className="quiet">{t('life.foundOn', { date: dayOf(one.found_at), cause: cause(one.cause) })}</span></div></td>
            <td data-label={t('life.col.amount')}><div className="number">{money(one.amount_fen)}</div></td>
            <td data-label={t('life.col.open')}><div className="number">{money(one.open_fen)}</div></td>
            <td data-label={t('life.col.state')}><div><RecoveryMark of={one} />{one.waiver_asked && <> <span className="mark is-now">{t('life.waiverAsked')}</span></>}</div></td>
          </tr>
        )} />
    </>
  );
}

function BackPayments() {
  const [state, setState] = useState('');
  const list = usePaged('back_payments', { state: (state || undefined) as Routes['back_payments']['query']['state'] });
  return (
    <>
      <p className="quiet">{t('life.back.lead')}</p>
      <StateFilter id="back-state" value={state} states={BACK} prefix="back" onChange={setState} />
      <PagedTable list={list} first={list.first} more={list.more} label={t('life.tab.back')} none={t('life.back.none')} hint={t(state ? 'cases.nothingFiltered' : 'life.back.noneYet')}
        head={['life.col.name', 'life.col.scheme', 'life.col.month', 'life.col.amount', 'life.col.state'].map((key) => t(key))}
        row={(one) => (
          <tr key={one.id}>
            <th scope="row"><a href={link('benefits', one.entitlement)}>{one.name}</a><br /><span className="quiet">{one.division_name}</span></th>
            <td data-label={t('life.col.scheme')}><div>{say(one.scheme_name)}{one.cause && <><br /><span className="quiet">{cause(one.cause)}</span></>}</div></td>
            <td data-label={t('life.col.month')}><div>{month(one.month)}</div></td>
            <td data-label={t('life.col.amount')}><div className="number">{money(one.amount_fen)}</div></td>
            <td data-label={t('life.col.state')}><div><span className={`mark ${one.state === 'paid' ? 'is-good' : one.state === 'owed' ? 'is-warn' : 'is-now'}`}>{t(`life.back.${one.state}`)}</span></div></td>
          </tr>
        )} />
    </>
  );
}

/** 追缴和补发: what was paid too much, and what is owed for months that were run. */
export function RecoveriesPage({ back }: { back: boolean }) {
  return (
    <>
      <div className="page-head"><h1>{t('desk.nav.recoveries')}</h1></div>
      <Tabs back={back} />
      {back ? <BackPayments /> : <Recoveries />}
    </>
  );
}
