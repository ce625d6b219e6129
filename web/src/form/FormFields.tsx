/* Draws the fields of a form.  Used by the resident's portal and by the desk; it has its
 * own plain elements and styles, so that both look and behave the same. */
import type { Json } from '../api/types.gen';
import type { Scope } from './feel';
import { FieldBox } from './FieldBox';
import { questionsOf } from './pages';
import { ListField } from './ListField';
import { Words } from './Words';
import { getAt, shown, type Field } from './schema';
import { pathText } from './validate';

export type Path = (string | number)[];

export interface FieldsProps {
  fields: Field[];
  /** The answers, as typed, of the object around these fields. */
  answers: Json | undefined;
  scope: Scope;
  root: Scope;
  base: Path;
  onChange: (path: Path, value: Json) => void;
  /** Sentence by pathText. */
  errors: Map<string, string>;
  /** The label of the only field is the page's heading. */
  heading?: boolean;
  /** Show mz.plain instead of the longer description. */
  plain?: boolean;
  /** Positions of the rows around, for `i`. */
  rows?: number[];
}

/** A group with one question is that question; with more it has a legend of its own. */
function Group({ field, ...props }: FieldsProps & { field: Field }) {
  const alone = props.heading && questionsOf(field.children, props.scope).length === 1;
  if (alone) return <FormFields {...props} fields={field.children} />;
  return (
    <fieldset className="form-group">
      {field.label && <legend>{props.heading ? <h1>{field.label}</h1> : field.label}</legend>}
      {field.description && <p className="form-hint">{field.description}</p>}
      <FormFields {...props} heading={false} fields={field.children} />
    </fieldset>
  );
}

export function FormFields(props: FieldsProps) {
  const { fields, answers, scope, base } = props;
  return (
    <>
      {fields.filter((field) => shown(field, scope)).map((field) => {
        const path = [...base, ...field.path];
        const key = `${field.id}/${pathText(path)}`;
        const here = field.path.length ? getAt(answers, field.path) : undefined;
        switch (field.type) {
          case 'static': return <Words key={key} text={field.text} headings={!props.heading} />;
          case 'separator': return <hr key={key} className="form-rule" />;
          case 'expression': return null;
          case 'group': return <Group key={key} {...props} field={field} answers={field.path.length ? here : answers} base={path} />;
          case 'list': return <ListField key={key} {...props} field={field} value={here} path={path} />;
          default: return (
            <FieldBox key={key} field={field} value={here} path={path} scope={scope} heading={props.heading ?? false}
              plain={props.plain ?? false} error={props.errors.get(pathText(path))}
              onChange={(value) => props.onChange(path, value)} />
          );
        }
      })}
    </>
  );
}

