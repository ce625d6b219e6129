import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { call } from '../../api/client';
import { useCall } from '../../api/hooks';
import type { DuplicateAct, DuplicateBeside, DuplicateDetail, DuplicateSay } from '../../api/types.gen';
import { link } from '../../components/route';
import { Show } from '../../components/State';
import { t } from '../../locale';
import { count, day, moment } from '../../locale/format';
import { Reasoned } from '../archive/Reasoned';
import { PurposeChoice } from '../PurposeGate';
import { Reveal } from '../Reveal';
import { levelOf, Likeness } from './Likeness';

type How = DuplicateSay['how'];
const FIRST: How[] = ['same', 'confirm'];

interface Line { key: string; label: string; of: (side: DuplicateBeside) => ReactNode }
function lines(): Line[] {
  const none = '\u2014';
  return [
    { key: 'name', label: t('duplicate.field.name'), of: (side) => side.name },
    { key: 'number', label: t('duplicate.field.number'), of: (side) => <Reveal person={side.person} field="id_number" masked={side.id_masked} name={side.name} /> },
    { key: 'sex', label: t('duplicate.field.sex'), of: (side) => side.sex },
    { key: 'birth', label: t('duplicate.field.birth'), of: (side) => (side.birth ? day(side.birth) : t('duplicate.year', { year: side.birth_year })) },
    { key: 'phone', label: t('duplicate.field.phone'), of: (side) => (side.has_phone ? <Reveal person={side.person} field="phone" masked={t('duplicate.onRecord')} name={side.name} /> : none) },
    { key: 'address', label: t('duplicate.field.address'), of: (side) => <>{side.division_name}{side.address && <><br />{side.address}</>}</> },
    { key: 'members', label: t('duplicate.members'), of: (side) => (side.members ? count(side.members) : none) },
    { key: 'benefits', label: t('duplicate.benefits'), of: (side) => count(side.benefits) },
    { key: 'cases', label: t('duplicate.cases'), of: (side) => count(side.cases) },
    { key: 'source', label: t('duplicate.source'), of: (side) => <>{t('duplicate.recorded', { at: moment(side.recorded_at) })}</> },
  ];
}

/** The two rows, and how far each field agrees. */
function Beside({ of }: { of: DuplicateDetail }) {
  const level = new Map(of.why.map((one) => [one.field as string, levelOf(one)]));
  const stays = (side: DuplicateBeside) => of.kept === side.person && <> <span className="mark is-good">{t('duplicate.stays')}</span></>;
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t('duplicate.beside')}>
      <table className="grid is-cards">
        <thead><tr><th scope="col">{t('duplicate.item')}</th><th scope="col">{t('duplicate.one')}{stays(of.one)}</th><th scope="col">{t('duplicate.other')}{stays(of.other)}</th><th scope="col">{t('duplicate.agreement')}</th></tr></thead>
        <tbody>{lines().map((line) => (
          <tr key={line.key} className={level.get(line.key) === 'differs' ? 'is-conflict' : undefined}>
            <th scope="row">{line.label}</th>
            <td data-label={t('duplicate.one')}>{line.of(of.one)}</td>
            <td data-label={t('duplicate.other')}>{line.of(of.other)}</td>
            <td data-label={t('duplicate.agreement')}>{level.has(line.key) ? t(`duplicate.level.${level.get(line.key)}`) : '\u2014'}</td>
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}

function Acts({ items }: { items: DuplicateAct[] }) {
  return (
    <section className="panel">
      <h2>{t('duplicate.acts')}</h2>
      {items.length === 0 ? <p className="quiet">{t('duplicate.noActs')}</p>
        : <ul className="bullets">{items.map((act) => <li key={act.at + act.kind}><strong>{t(`duplicate.how.${act.kind}`)}</strong> · {act.by} · {moment(act.at)}<br /><span className="quiet">{act.words}</span></li>)}</ul>}
    </section>
  );
}

function KeepChoice({ of, value, onChange }: { of: DuplicateDetail; value: string; onChange: (person: string) => void }) {
  return (
    <fieldset className="purposes">
      <legend>{t('duplicate.keepWhich')}</legend>
      {[of.one, of.other].map((side) => (
        <label key={side.person}><input type="radio" name="kept" checked={value === side.person} onChange={() => onChange(side.person)} /> {side.name} {side.id_masked}</label>
      ))}
      <p className="quiet">{t('duplicate.keepHint')}</p>
    </fieldset>
  );
}

/** 并排核实: one pair; whole names, birthdays and addresses only when a purpose is stated. */
export function DuplicatePage({ id }: { id: string }) {
  const [purpose, setPurpose] = useState('');
  const question = useCall('duplicate', { path: { duplicate: id }, query: { purpose: purpose || null } });
  const [how, setHow] = useState<How | null>(null);
  const [kept, setKept] = useState('');
  const send = async (words: string) => {
    if (!how || !question.data) return;
    await call('duplicate_say', { path: { duplicate: id }, body: { how, version: question.data.version, kept: how === 'same' ? kept : null, words } });
    setHow(null);
    question.reload();
  };
  return (
    <>
      <p className="back"><a href={link('duplicates')}>{t('duplicate.back')}</a></p>
      <Show of={question} lines={8}>{(of) => (
        <>
          <div className="page-head"><h1>{of.one.name} / {of.other.name} <span className="mark">{t(`duplicate.state.${of.state}`)}</span></h1></div>
          <section className="panel">
            <h2>{t('duplicate.beside')}</h2>
            <p><Likeness milli={of.probability_milli} why={of.why} /></p>
            <Beside of={of} />
            {!of.whole && (
              <details className="known">
                <summary>{t('duplicate.showWhole')}</summary>
                <PurposeChoice value={purpose} onChange={setPurpose} only={['duplicate_check', 'fraud_check', 'verification']} />
              </details>
            )}
          </section>
          <section className="panel">
            <h2>{t('duplicate.verdict')}</h2>
            <p className="quiet">{t(`duplicate.means.${of.state}`, { by: of.said_by ?? '' })}</p>
            {of.may.length > 0
              ? <p className="row">{(of.may as How[]).map((one) => <Button key={one} type={FIRST.includes(one) ? 'primary' : 'default'} onClick={() => { setKept(''); setHow(one); }}>{t(`duplicate.how.${one}`)}</Button>)}</p>
              : <p className="quiet">{t('duplicate.nothingToDo')}</p>}
          </section>
          <Acts items={of.acts} />
          {how && (
            <Reasoned title={t(`duplicate.how.${how}`)} ok={t(`duplicate.how.${how}`)} words={of.words} blocked={how === 'same' && !kept} onClose={() => setHow(null)} onSend={send}>
              <p className="quiet">{t(`duplicate.does.${how}`)}</p>
              {how === 'same' && <KeepChoice of={of} value={kept} onChange={setKept} />}
            </Reasoned>
          )}
        </>
      )}</Show>
    </>
  );
}
