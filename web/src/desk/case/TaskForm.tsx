import { useMemo, useState } from 'react';
import type { Json } from '../../api/types.gen';
import { useSession } from '../../api/session';
import { FormFields } from '../../form/FormFields';
import type { Scope } from '../../form/feel';
import { dataOf, initial, readForm, setAt, submission, type Answers, type Field } from '../../form/schema';
import { sentence } from '../../form/sentences';
import { mistakes, pathText } from '../../form/validate';

export interface TaskFormState {
  fields: Field[]; answers: Answers; scope: Scope;
  set: (path: (string | number)[], value: Json) => void;
  problems: string[];
  errors: Map<string, string>;
  data: Json;
}

/** The form of a task (a home visit, a vote …), in the renderer that residents use. */
export function useTaskForm(schema: Json): TaskFormState {
  const { meta } = useSession();
  const fields = useMemo(() => readForm(schema), [schema]);
  const [answers, setAnswers] = useState<Answers>(() => initial(fields));
  const scope: Scope = { ...(dataOf(fields, answers) as Scope), $today: meta?.today ?? null };
  const found = mistakes(fields, answers, scope, scope);
  return {
    fields, answers, scope,
    set: (path, value) => setAnswers((old) => setAt(old, path, value) as Answers),
    problems: found.map(sentence),
    errors: new Map(found.map((mistake) => [pathText(mistake.path), sentence(mistake)])),
    data: fields.length > 0 ? submission(fields, answers) : null,
  };
}

export function TaskForm({ form, tried }: { form: TaskFormState; tried: boolean }) {
  return (
    <div className="task-form">
      <FormFields fields={form.fields} answers={form.answers} scope={form.scope} root={form.scope} base={[]} onChange={form.set} errors={tried ? form.errors : new Map()} />
    </div>
  );
}
