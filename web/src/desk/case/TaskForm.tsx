import { useMemo, useState } from 'react';
import type { Json, LawPoint, Task } from '../../api/types.gen';
import { useSession } from '../../api/session';
import { FormFields } from '../../form/FormFields';
import { evaluate, toScope, type Scope } from '../../form/feel';
import { initial, readForm, setAt, type Answers, type Field } from '../../form/schema';
import { dataOf, submission } from '../../form/settle';
import { listed, sentence } from '../../form/sentences';
import { mistakes, pathText } from '../../form/validate';
import { language, say, t } from '../../locale';

export interface TaskFormState {
  fields: Field[]; answers: Answers; scope: Scope;
  set: (path: (string | number)[], value: Json) => void;
  replace: (answers: Answers) => void;
  problems: string[];
  errors: Map<string, string>;
  data: Json;
}

/** The form of a task (a home visit, a vote …), in the renderer that residents use. */
export function useTaskForm(task: Task, outcome: string, start: Answers | null): TaskFormState {
  const { meta } = useSession();
  const lang = language();
  const fields = useMemo(() => readForm(task.form ?? null, lang === 'en' ? task.form_en ?? null : null), [task.form, task.form_en, lang]);
  const [answers, setAnswers] = useState<Answers>(() => start ?? initial(fields));
  const given: Scope = { ...toScope(task.given ?? null), outcome, $today: meta?.today ?? null };
  const scope: Scope = { ...given, ...(dataOf(fields, answers, given) as Scope) };
  const found = mistakes(fields, answers, scope, scope);
  return {
    fields, answers, scope,
    set: (path, value) => setAnswers((old) => setAt(old, path, value) as Answers),
    replace: setAnswers,
    problems: found.map(listed),
    errors: new Map(found.map((mistake) => [pathText(mistake.path), sentence(mistake)])),
    data: fields.length > 0 ? submission(fields, answers, given) : null,
  };
}

export function TaskForm({ form, tried }: { form: TaskFormState; tried: boolean }) {
  return (
    <div className="task-form">
      <FormFields fields={form.fields} answers={form.answers} scope={form.scope} root={form.scope} base={[]} onChange={form.set} errors={tried ? form.errors : new Map()} />
    </div>
  );
}

/** Does the form say that this point is met?  null: it cannot be told from a form. */
export const pointMet = (point: LawPoint, scope: Scope): boolean | null => point.holds ? evaluate(point.holds, scope) === true : null;

/** What the law asks at this step, each with its article; what the form answers is ticked as it is filled in. */
export function LawList({ points, scope }: { points: LawPoint[]; scope: Scope }) {
  return (
    <ul className="law-points">
      {points.map((point) => {
        const met = pointMet(point, scope);
        return (
          <li key={point.id} className={met === true ? 'is-met' : met === false ? 'is-open' : ''}>
            <span className="law-mark" aria-hidden="true" />
            <span>{say(point.text)} {point.article && <small className="quiet">{point.article}</small>}
              {met !== null && <span className="hidden">{t(met ? 'law.met' : 'law.open')}</span>}</span>
          </li>
        );
      })}
    </ul>
  );
}
