import { call } from '../api/client';
import { useCall } from '../api/hooks';
import type { MyProposal } from '../api/types.gen';
import { Empty, Show } from '../components/State';
import { say, t } from '../locale';
import { day, dayOf, money, month } from '../locale/format';
import { Lines } from './case/Lines';
import { TextAct } from './case/TextActs';

const SAID = ['proposed', 'answered', 'adopted', 'dropped', 'withdrawn', 'restored'];

/** What is proposed about a benefit of this person, why, and the right to say something before anybody decides. */
function Whole({ of, reload }: { of: MyProposal; reload: () => void }) {
  const up = of.kind === 'raise' || of.kind === 'correct' || of.kind === 'resume';
  const ends = of.kind === 'end' || of.kind === 'suspend';
  return (
    <>
      <h1>{t(`my.proposal.${of.kind}`, { scheme: say(of.scheme_name) })}</h1>
      <p className="lead">{t(up ? 'my.proposal.state.up' : `my.proposal.state.${of.restored ? 'restored' : of.state}`)}</p>
      <dl className="facts">
        <div><dt>{t('life.was')}</dt><dd className="number">{money(of.was_fen)}</dd></div>
        <div><dt>{t('life.willBe')}</dt><dd className="number">{of.kind === 'end' ? t('life.ends') : ends ? t('life.suspends') : money(of.monthly_fen)}</dd></div>
        <div><dt>{t(of.state === 'adopted' ? 'life.from' : 'my.proposal.earliest')}</dt><dd>{month(of.month)}</dd></div>
        {of.served_at && <div><dt>{t('my.proposal.told')}</dt><dd>{dayOf(of.served_at)}</dd></div>}
        {up && of.decided_at && <div><dt>{t('my.proposal.decided')}</dt><dd>{dayOf(of.decided_at)}</dd></div>}
        {of.may_answer && of.answer_due && <div><dt>{t('my.proposal.by')}</dt><dd>{day(of.answer_due)}</dd></div>}
      </dl>
      {!ends && <Lines lines={of.lines} total={of.monthly_fen} />}
      <section className="block">
        <h2>{t('life.said')}</h2>
        {of.notes.filter((note) => SAID.includes(note.kind) && note.words).map((note, i) => (
          <div key={i}><h3>{t(note.himself ? 'my.proposal.you' : `my.note.${note.kind}`)} <small>{dayOf(note.at)}</small></h3><blockquote>{note.words}</blockquote></div>
        ))}
      </section>
      {of.may_answer && (
        <section className="block">
          <h2>{t('my.answer.title')}</h2>
          <p className="lead">{t('my.answer.lead')}</p>
          <TextAct key={of.notes.length} label={t('my.answer.label')} hint={t('my.answer.hint')} needed={t('my.answer.needed')} action={t(of.answered_at ? 'my.answer.more' : 'my.answer.do')}
            onSend={async (words) => { await call('my_proposal_answer', { path: { proposal: of.id }, body: { words } }); reload(); }} />
        </section>
      )}
      {of.state === 'adopted' && !of.restored && <p className="note"><span>{t('my.proposal.remedy')}</span></p>}
    </>
  );
}

export function HearingPage({ id }: { id: string }) {
  const list = useCall('my_proposals');
  return (
    <>
      <p><a href="#/benefits">{t('benefit.title')}</a></p>
      <Show of={list}>{({ items }) => {
        const found = items.find((one) => one.id === id);
        return found ? <Whole of={found} reload={list.reload} /> : <><h1>{t('notFound.title')}</h1><Empty title={t('my.proposal.none')} /></>;
      }}</Show>
    </>
  );
}
