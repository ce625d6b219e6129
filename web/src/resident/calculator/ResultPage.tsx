import { useEffect, useState } from 'react';
import { ApiError, call } from '../../api/client';
import type { Examination, Examined } from '../../api/types.gen';
import { Problem, Skeleton } from '../../components/State';
import { link } from '../../components/route';
import { language, say, t } from '../../locale';
import { day, money } from '../../locale/format';
import { Back } from '../LifePage';
import { stepOf } from './Calculator';
import { factsOf } from './facts';
import { nameOf } from './Field';
import { asked, catalogue, type Answers } from './questions';

interface Group { state: Examined['state']; open: boolean }
const GROUPS: Group[] = [{ state: 'proposed', open: true }, { state: 'not_chosen', open: true }, { state: 'excluded', open: true }, { state: 'undecided', open: true }, { state: 'not_eligible', open: false }];
const LOOK: Record<Examined['state'], string> = { proposed: 'is-good', not_chosen: 'is-now', excluded: 'is-now', undecided: 'is-now', not_eligible: 'is-bad' };

/** Asks once with these answers; asks again only when told to. */
function useExamination(answers: Answers, today: string) {
  const [state, setState] = useState<{ data: Examination | null; error: ApiError | null }>({ data: null, error: null });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const control = new AbortController();
    setState({ data: null, error: null });
    call('examination', { body: { facts: factsOf(answers, today), as_of: today }, signal: control.signal }).then(
      (data) => setState({ data, error: null }),
      (error: unknown) => { if (!control.signal.aborted) setState({ data: null, error: error instanceof ApiError ? error : new ApiError(-1, null) }); });
    return () => control.abort();
  }, [answers, today, round]);
  return { ...state, again: () => setRound((n) => n + 1) };
}

function sums(item: Examined): string {
  const monthly = item.monthly_fen > 0 ? t('calc.aMonth', { sum: money(item.monthly_fen) }) : '';
  const once = item.once_fen > 0 ? t('calc.once', { sum: money(item.once_fen) }) : '';
  return [monthly, once].filter(Boolean).join(t('calc.and')) || t('calc.noSum');
}

function Missing({ names, answers, today }: { names: string[]; answers: Answers; today: string }) {
  const words = [...new Set(names.map((name) => say(catalogue.facts[name]) || name))];
  const support = asked(answers, today).find((question) => question.options?.find((option) => option.value === answers[question.id])?.unknown);
  return (
    <>
      <p>{t('calc.missing')}</p>
      <ul className="bullets">{words.map((name) => <li key={name}>{name}</li>)}</ul>
      {support && <p className="quiet">{t('calc.askStaff')}</p>}
    </>
  );
}

function Item({ item, answers, today, level }: { item: Examined; answers: Answers; today: string; level: 3 | 4 }) {
  const person = answers.people.find((one) => one.id === item.member);
  const Heading = `h${level}` as const;
  const reasons = item.reasons.filter((reason) => (language() === 'zh' ? reason.zh : reason.en));
  const shown = item.state === 'not_eligible' ? reasons.filter((reason) => reason.against) : reasons;
  return (
    <li className={`card ${LOOK[item.state]}`}>
      <Heading>{say(item.name)} <small>{person ? nameOf(person, answers.people) : t('calc.household')}</small></Heading>
      {item.state !== 'undecided' && item.state !== 'not_eligible' && <p className="calc-sum">{sums(item)}</p>}
      {item.because && <p>{language() === 'zh' ? item.because.zh : item.because.en} <span className="article">{item.because.article}</span></p>}
      {item.missing.length > 0 && <Missing names={item.missing} answers={answers} today={today} />}
      {item.to_confirm && <p className="quiet">{t('calc.toConfirm')}</p>}
      {shown.length > 0 && (
        <details className="calc-why" open={item.state === 'not_eligible'}>
          <summary>{t('calc.why')}</summary>
          <ol className="reasons">{shown.map((reason, i) => <li key={i}><p>{language() === 'zh' ? reason.zh : reason.en}</p><p className="article">{reason.article}</p></li>)}</ol>
        </details>
      )}
      {item.state !== 'not_eligible' && (item.open
        ? <p><a className="button" href={link('matter', item.matter)}>{t('calc.apply')}<span className="hidden">{say(item.name)}</span></a></p>
        : <p className="quiet">{t('calc.notOpen')}</p>)}
    </li>
  );
}

function Found({ data, answers, today }: { data: Examination; answers: Answers; today: string }) {
  const { monthly_fen: monthly, once_fen: once } = data.proposal;
  const any = monthly > 0 || once > 0;
  return (
    <>
      <div className={`result${any ? '' : ' is-bad'}`}>
        <p>{t(any ? 'calc.mayReceive' : 'calc.nothing')}</p>
        {monthly > 0 && <p className="sum-figure">{t('calc.aMonth', { sum: money(monthly) })}</p>}
        {once > 0 && <p className="sum-figure">{t('calc.once', { sum: money(once) })}</p>}
        <p>{t('calc.estimate', { date: day(data.date) })}</p>
      </div>
      {GROUPS.map(({ state, open }) => {
        const items = data.items.filter((item) => item.state === state);
        if (items.length === 0) return null;
        const list = <ul className="cards">{items.map((item, i) => <Item key={i} item={item} answers={answers} today={today} level={open ? 3 : 4} />)}</ul>;
        return (
          <section key={state} className="block" aria-labelledby={`group-${state}`}>
            <h2 id={`group-${state}`}>{t(`calc.state.${state}`)}</h2>
            {open ? list : <details className="calc-why"><summary>{t('calc.showNot', { n: items.length })}</summary><h3 className="hidden">{t(`calc.state.${state}`)}</h3>{list}</details>}
          </section>
        );
      })}
      {data.notes.length > 0 && (
        <section className="block"><h2>{t('calc.notes')}</h2><ul className="bullets">{data.notes.map((note, i) => <li key={i}>{language() === 'zh' ? note.zh : note.en} <span className="article">{note.article}</span></li>)}</ul></section>
      )}
    </>
  );
}

/** What the household may receive, why, and what is still missing. */
export function ResultPage({ answers, today }: { answers: Answers; today: string }) {
  const { data, error, again } = useExamination(answers, today);
  const questions = asked(answers, today);
  return (
    <>
      <Back to={stepOf(questions[questions.length - 1]!.id)} label={t('calc.change')} />
      <h1>{t('calc.result')}</h1>
      {error ? <Problem error={error} onRetry={again} focus /> : data ? <Found data={data} answers={answers} today={today} /> : <Skeleton />}
      <section className="block">
        <h2>{t('calc.assumed')}</h2>
        <p>{t('calc.assumedText')}</p>
        <p><a className="button is-second" href={stepOf(questions[0]!.id)}>{t('calc.again')}</a></p>
      </section>
    </>
  );
}
