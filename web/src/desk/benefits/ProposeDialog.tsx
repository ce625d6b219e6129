import { Modal } from 'antd';
import { useState } from 'react';
import { call } from '../../api/client';
import { useAct } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { BenefitLife, ProposalHead } from '../../api/types.gen';
import { DateField } from '../../components/DateField';
import { Problem } from '../../components/State';
import { go, link } from '../../components/route';
import { say, t } from '../../locale';
import { count, money, month } from '../../locale/format';
import { fenOf, yuanOf } from './yuan';

type Kind = ProposalHead['kind'];

/** What can be proposed of a benefit as it stands; what is suspended for a death is refuted, not resumed. */
function kindsOf(life: BenefitLife): Kind[] {
  if (life.state !== 'suspended') return life.lines.length > 0 ? ['reduce', 'raise', 'correct', 'suspend', 'end'] : ['end'];
  return life.acts.find((act) => act.kind === 'suspended')?.cause === 'death' ? ['end'] : ['resume', 'end'];
}

/** To change a benefit by hand: what is due afterwards, from when, what happened, and why, as the person will read it. */
export function ProposeDialog({ life, onClose, onDone }: { life: BenefitLife; onClose: () => void; onDone: () => void }) {
  const { meta } = useSession();
  const kinds = kindsOf(life);
  const [kind, setKind] = useState<Kind>(kinds[0] ?? 'end');
  const [amounts, setAmounts] = useState(life.lines.map((line) => yuanOf(line.monthly_fen)));
  const [from, setFrom] = useState('');
  const [cause, setCause] = useState('');
  const [event, setEvent] = useState('');
  const [words, setWords] = useState('');
  const act = useAct();
  const up = kind === 'raise' || kind === 'correct';
  const sums = up || kind === 'reduce';
  const fen = amounts.map(fenOf);
  const was = (kind === 'correct' && life.months.find((one) => one.month === from)?.due_fen) || life.lines.reduce((sum, line) => sum + line.monthly_fen, 0);
  const remains = fen.some((one) => one === null) ? null : fen.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  const fits = remains !== null && (up ? remains > was : remains > 0 && remains < was && life.lines.every((line, i) => (fen[i] ?? 0) <= line.monthly_fen));
  const ready = cause.trim().length >= life.words.min && event !== '' && [...words.trim()].length >= life.words.min && (!sums || fits) && (kind !== 'correct' || from !== '');
  const send = () => act.run(async () => {
    const lines = sums ? life.lines.map((line, i) => ({ member: line.member ?? null, item: line.item, monthly_fen: fen[i] ?? 0 })).filter((line) => line.monthly_fen > 0) : null;
    const { id } = await call('proposal_new', { body: { entitlement: life.id, kind, cause: cause.trim(), event, month: from || null, lines, words: words.trim() } });
    onDone();
    go(link('proposals', id));
  });
  const choose = (next: Kind) => { setKind(next); setFrom(''); };
  return (
    <Modal open title={t('life.propose')} okText={t('life.propose')} cancelText={t('cancel')} okButtonProps={{ disabled: !ready }} confirmLoading={act.busy} onOk={() => void send()} onCancel={onClose}>
      {act.error && <Problem error={act.error} />}
      <p className="quiet">{t('life.proposeMeans')}</p>
      {kinds.length > 1 && (
        <>
          <label className="note-label" htmlFor="propose-kind">{t('life.col.change')}</label>
          <select id="propose-kind" value={kind} onChange={(e) => choose(e.target.value as Kind)}>{kinds.map((one) => <option key={one} value={one}>{t(`life.kind.${one}`)}</option>)}</select>
        </>
      )}
      {(kind === 'correct' || kind === 'resume') && (
        <>
          <label className="note-label" htmlFor="propose-month">{t('life.fromMonth')}</label>
          <select id="propose-month" value={from} onChange={(e) => setFrom(e.target.value)}>
            <option value="">{kind === 'resume' ? t('life.sinceSuspended') : ''}</option>
            {life.months.map((one) => <option key={one.month} value={one.month}>{month(one.month)}</option>)}
          </select>
        </>
      )}
      {sums && (
        <>
          {life.lines.map((line, i) => (
            <p key={i}>
              <label className="note-label" htmlFor={`propose-line-${i}`}>{t('life.lineNow', { item: say(line.item_name), sum: money(line.monthly_fen) })}</label>
              <input className="plain-input" id={`propose-line-${i}`} inputMode="decimal" autoComplete="off" value={amounts[i]} aria-invalid={fen[i] === null || undefined} onChange={(e) => setAmounts(amounts.map((old, k) => (k === i ? e.target.value : old)))} aria-describedby="propose-sum" />
            </p>
          ))}
          <p id="propose-sum" className={fits ? 'quiet' : 'form-error'} role="status">{fits ? t(up ? 'life.dueSum' : 'life.remainsSum', { sum: money(remains ?? 0), was: money(was) }) : t(up ? 'life.mustBeHigher' : 'life.mustBeLower', { was: money(was) })}</p>
        </>
      )}
      <label className="note-label" htmlFor="propose-cause">{t('life.cause')}</label>
      <input className="plain-input" id="propose-cause" maxLength={100} autoComplete="off" value={cause} onChange={(e) => setCause(e.target.value)} />
      <label className="note-label" htmlFor="propose-event">{t('life.eventOn')}</label>
      <DateField id="propose-event" value={event} onChange={setEvent} max={meta?.today} />
      <label className="note-label" htmlFor="propose-words">{t('life.wordsLabel')}</label>
      <textarea id="propose-words" rows={4} maxLength={life.words.max} value={words} onChange={(e) => setWords(e.target.value)} aria-describedby="propose-words-hint" />
      <p className="quiet" id="propose-words-hint">{t('archive.reasonHint', { min: count(life.words.min), max: count(life.words.max) })}</p>
    </Modal>
  );
}
