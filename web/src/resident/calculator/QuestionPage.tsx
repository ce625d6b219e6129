import { useState, type FormEvent } from 'react';
import { ErrorSummary } from '../../components/ErrorSummary';
import { go, link } from '../../components/route';
import { say, t } from '../../locale';
import { Back } from '../LifePage';
import { stepOf } from './Calculator';
import { Field } from './Field';
import { asked, mistakesOf, type Answers, type Question } from './questions';

interface Props { questions: Question[]; at: number; answers: Answers; today: string; set: (id: string, value: unknown) => void; done: () => void }

/** One question, why it is asked, and on. */
export function QuestionPage({ questions, at, answers, today, set, done }: Props) {
  const question = questions[at]!;
  const [round, setRound] = useState(0);
  const wrong = round > 0 ? mistakesOf(question, answers, today) : [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (mistakesOf(question, answers, today).length > 0) { setRound((n) => n + 1); return; }
    done();
    const now = asked(answers, today);
    go(stepOf(now[now.findIndex((one) => one.id === question.id) + 1]?.id ?? 'result'));
  };
  const errors = new Map(wrong.map(({ id, key }) => [id, t(key)]));
  return (
    <form onSubmit={submit} noValidate>
      <Back to={at > 0 ? stepOf(questions[at - 1]!.id) : link('check')} />
      <p className="over">{t('calc.title')} <span className="progress">{t('apply.progress', { at: at + 1, of: questions.length })}</span></p>
      <ErrorSummary round={round} items={[...errors].map(([id, text]) => ({ id, text }))} />
      <Field question={question} answers={answers} today={today} errors={errors} set={(value) => set(question.id, value)}>
        {question.hint && <p className="form-hint" id={`${question.id}-hint`}>{say(question.hint)}</p>}
        {question.why && <details className="form-why"><summary>{t('form.why')}</summary><p>{say(question.why)}</p></details>}
      </Field>
      <div className="actions"><button className="button">{t(at + 1 < questions.length ? 'apply.continue' : 'calc.see')}</button></div>
    </form>
  );
}
