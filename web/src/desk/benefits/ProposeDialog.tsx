import { Modal } from 'antd';
import { useState } from 'react';
import { call } from '../../api/client';
import { useAct } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { BenefitLife } from '../../api/types.gen';
import { DateField } from '../../components/DateField';
import { Problem } from '../../components/State';
import { go, link } from '../../components/route';
import { say, t } from '../../locale';
import { count, money } from '../../locale/format';
import { fenOf, yuanOf } from './yuan';

/** To reduce a benefit or to end it: what remains, what happened, and why, as the person will read it. */
export function ProposeDialog({ life, onClose, onDone }: { life: BenefitLife; onClose: () => void; onDone: () => void }) {
  const { meta } = useSession();
  const [kind, setKind] = useState<'reduce' | 'end'>(life.lines.length > 0 ? 'reduce' : 'end');
  const [amounts, setAmounts] = useState(life.lines.map((line) => yuanOf(line.monthly_fen)));
  const [cause, setCause] = useState('');
  const [event, setEvent] = useState('');
  const [words, setWords] = useState('');
  const act = useAct();
  const fen = amounts.map(fenOf);
  const now = life.lines.reduce((sum, line) => sum + line.monthly_fen, 0);
  const remains = fen.some((one) => one === null) ? null : fen.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  const lower = remains !== null && remains > 0 && remains < now && life.lines.every((line, i) => (fen[i] ?? 0) <= line.monthly_fen);
  const ready = cause.trim().length >= life.words.min && event !== '' && [...words.trim()].length >= life.words.min && (kind === 'end' || lower);
  const send = () => act.run(async () => {
    const lines = kind === 'end' ? null : life.lines.map((line, i) => ({ member: line.member ?? null, item: line.item, monthly_fen: fen[i] ?? 0 })).filter((line) => line.monthly_fen > 0);
    const { id } = await call('proposal_new', { body: { entitlement: life.id, kind, cause: cause.trim(), event, lines, words: words.trim() } });
    onDone();
    go(link('proposals', id));
  });
  return (
    <Modal open title={t('life.propose')} okText={t('life.propose')} cancelText={t('cancel')} okButtonProps={{ disabled: !ready }} confirmLoading={act.busy} onOk={() => void send()} onCancel={onClose}>
      {act.error && <Problem error={act.error} />}
      <p className="quiet">{t('life.proposeMeans')}</p>
      {life.lines.length > 0 && (
        <>
          <label className="note-label" htmlFor="propose-kind">{t('life.col.change')}</label>
          <select id="propose-kind" value={kind} onChange={(e) => setKind(e.target.value as 'reduce' | 'end')}>
            <option value="reduce">{t('life.kind.reduce')}</option>
            <option value="end">{t('life.kind.end')}</option>
          </select>
        </>
      )}
      {kind === 'reduce' && (
        <>
          {life.lines.map((line, i) => (
            <p key={i}>
              <label className="note-label" htmlFor={`propose-line-${i}`}>{t('life.lineNow', { item: say(line.item_name), sum: money(line.monthly_fen) })}</label>
              <input className="plain-input" id={`propose-line-${i}`} inputMode="decimal" autoComplete="off" value={amounts[i]} aria-invalid={fen[i] === null || undefined} onChange={(e) => setAmounts(amounts.map((old, k) => (k === i ? e.target.value : old)))} aria-describedby="propose-sum" />
            </p>
          ))}
          <p id="propose-sum" className={lower ? 'quiet' : 'form-error'} role="status">{lower ? t('life.remainsSum', { sum: money(remains ?? 0), was: money(now) }) : t('life.mustBeLower', { was: money(now) })}</p>
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
