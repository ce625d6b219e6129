import { useState } from 'react';
import { useSession } from '../../api/session';
import { link } from '../../components/route';
import { t } from '../../locale';
import { Back } from '../LifePage';
import { asked, type Answers } from './questions';
import { QuestionPage } from './QuestionPage';
import { ResultPage } from './ResultPage';

export const stepOf = (id: string): string => link('check', id);

/** Two minutes, before any login.  The answers live in this page's memory alone: closing it forgets them. */
export function Calculator({ step }: { step: string }) {
  const { meta } = useSession();
  const [answers, setAnswers] = useState<Answers>({ people: [{ id: '1', relation: '', sex: '', birth: '' }] });
  const [reached, setReached] = useState(0);
  const day = meta!.today;
  const questions = asked(answers, day);
  const at = questions.findIndex((question) => question.id === step);
  if (step === 'result' && reached >= questions.length) return <ResultPage answers={answers} today={day} />;
  // An address from elsewhere, or a page loaded anew: nothing is kept, so begin again.
  if (at < 0 || at > reached) return <Intro first={questions[0]!.id} />;
  return (
    <QuestionPage key={step} questions={questions} at={at} answers={answers} today={day}
      set={(id, value) => setAnswers((old) => ({ ...old, [id]: value }))}
      done={() => setReached((old) => Math.max(old, at + 1))} />
  );
}

function Intro({ first }: { first: string }) {
  return (
    <>
      <Back />
      <h1>{t('calc.title')}</h1>
      <p className="lead">{t('calc.lead')}</p>
      <ul className="bullets block">
        <li>{t('calc.promise.estimate')}</li>
        <li>{t('calc.promise.nothing')}</li>
        <li>{t('calc.promise.time')}</li>
      </ul>
      <p><a className="button" href={stepOf(first)}>{t('calc.start')}</a></p>
    </>
  );
}
