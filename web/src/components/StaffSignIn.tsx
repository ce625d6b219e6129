import { Button, Input } from 'antd';
import { useState, type FormEvent } from 'react';
import { useAct } from '../api/hooks';
import { useSession } from '../api/session';
import { switchLanguage, t, useLanguage } from '../locale';
import { roleName } from './roles';
import { Problem } from './State';

/** Sign in to the desk or the board. */
export function StaffSignIn({ title }: { title: string }) {
  const { meta, open, session } = useSession();
  const lang = useLanguage();
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const act = useAct();
  const submit = (event: FormEvent) => { event.preventDefault(); void act.run(() => open(login.trim(), password)); };
  const demo = meta?.demo_accounts?.filter((account) => account.role !== 'resident') ?? [];
  return (
    <form className="panel signin" onSubmit={submit}>
      <p className="signin-top"><img src="/icon.svg" alt="" width="32" height="32" /><Button size="small" onClick={() => switchLanguage(lang === 'zh' ? 'en' : 'zh')} lang={lang === 'zh' ? 'en' : 'zh-CN'}>{t('tool.language')}</Button></p>
      <h1>{title}</h1>
      {session?.kind === 'resident' && <div className="note is-warn"><p>{t('signIn.resident', { name: session.name })}</p></div>}
      {act.error && <Problem error={act.error} focus entering />}
      <label htmlFor="login">{t('signIn.login')}</label>
      <Input id="login" size="large" required autoComplete="username" value={login} onChange={(e) => setLogin(e.target.value)} />
      <label htmlFor="password">{t('signIn.password')}</label>
      <Input id="password" size="large" type="password" required autoComplete="current-password" value={password} onChange={(e) => setPassword(e.target.value)} />
      <Button type="primary" size="large" htmlType="submit" loading={act.busy} block>{t('signIn.do')}</Button>
      {demo.length > 0 && (
        <details open>
          <summary>{t('demo.accounts')}</summary>
          <p className="quiet">{t('demo.accountsHint')}</p>
          <ul className="demo-accounts">
            {demo.map((account) => (
              <li key={account.login}>
                <button type="button" onClick={() => { setLogin(account.login); setPassword(account.password); }}>
                  <strong>{roleName(account.role)}</strong> {account.name} <span className="quiet">{account.division_name} · {account.login}</span>
                </button>
              </li>
            ))}
          </ul>
        </details>
      )}
    </form>
  );
}
