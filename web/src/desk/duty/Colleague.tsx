import type { DutyPost } from '../../api/types.gen';
import { roleName } from '../../components/roles';
import { t } from '../../locale';

/** One colleague of those who handle cases, by login. */
export function Colleague({ id, label, posts, value, onChange, except = '' }: { id: string; label: string; posts: DutyPost[]; value: string; onChange: (login: string) => void; except?: string }) {
  const seen = new Map<string, DutyPost>();
  for (const post of posts) if (!seen.has(post.login) && post.login !== except) seen.set(post.login, post);
  return (
    <>
      <label className="note-label" htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(e) => onChange(e.target.value)}>
        <option value="">{t('duty.choose')}</option>
        {[...seen.values()].map((post) => <option key={post.login} value={post.login}>{`${post.name} · ${roleName(post.role)} · ${post.division_name}`}</option>)}
      </select>
    </>
  );
}
