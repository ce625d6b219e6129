/* Draws the fields of a form.  Used by the resident's portal and by the desk; it has its
 * own plain elements and styles, so that both look and behave the same. */
import type { Json } from '../api/types.gen';
import type { Scope } from './feel';
import { FieldBox } from './FieldBox';
import { questionsOf } from './pages';
import { ListField } from './ListField';
import { getAt, lockOf, shown, type Field, type Lock } from './schema';
import { topScope } from './settle';
import { Shown } from './Shown';
import { filled } from './template';
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
  /** What the register knows, in the shape of the answers. */
  known?: Json;
  /** Sentence by pathText. */
  errors: Map<string, string>;
  /** The label of the only field is the page's heading. */
  heading?: boolean;
  /** Show mz.plain instead of the longer description. */
  plain?: boolean;
  /** What a group around says of all that is in it. */
  lock?: Lock;
}

/** A group with one question is that question; with more it has a legend of its own. */
function Group({ field, ...props }: FieldsProps & { field: Field }) {
  const alone = props.heading && questionsOf(field.children, props.scope).length === 1;
  const lock = lockOf(field, props.scope, props.lock);
  if (alone) return <FormFields {...props} lock={lock} fields={field.children} />;
  const label = filled(field.label, props.scope);
  return (
    <fieldset className="form-group">
      {label && <legend>{props.heading ? <h1>{label}</h1> : label}</legend>}
      {field.description && <p className="form-hint">{filled(field.description, props.scope)}</p>}
      <FormFields {...props} lock={lock} heading={false} fields={field.children} />
    </fieldset>
  );
}

export function FormFields(props: FieldsProps) {
  const { fields, answers, base } = props;
  const scope = topScope(props.scope);
  return (
    <>
      {fields.filter((field) => shown(field, scope)).map((field) => {
        const path = [...base, ...field.path];
        const key = `${field.id}/${pathText(path)}`;
        const here = field.path.length ? getAt(answers, field.path) : undefined;
        switch (field.type) {
          case 'static': case 'html': case 'image': case 'table': case 'link': case 'preview': case 'separator': case 'spacer':
            return <Shown key={key} field={field} scope={scope} headings={!props.heading} />;
          case 'expression': return null;
          case 'group': return <Group key={key} {...props} scope={scope} field={field} answers={field.path.length ? here : answers} base={path} />;
          case 'list': return <ListField key={key} {...props} scope={scope} field={field} value={here} path={path} lock={lockOf(field, scope, props.lock)} />;
          default: return (
            <FieldBox key={key} field={field} value={here} path={path} scope={scope} off={lockOf(field, scope, props.lock) !== 'free'} heading={props.heading ?? false}
              plain={props.plain ?? false} known={getAt(props.known, path)} error={props.errors.get(pathText(path))}
              onChange={(value) => props.onChange(path, value)} />
          );
        }
      })}
    </>
  );
}

