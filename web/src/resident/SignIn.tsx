import { useState, type FormEvent } from 'react';
import { useAct } from '../api/hooks';
import { useSession } from '../api/session';
import type { DemoAccount } from '../api/types.gen';
import { Problem } from '../components/State';
import { go, useHash } from '../components/route';
import { t } from '../locale';

/** Sign in and go on to where the person was going.  Nothing but a name and a password is asked. */
export function SignIn({ next }: { next: string }) {
  const { session, meta, open } = useSession();
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const act = useAct();
  const here = useHash();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const opened = await act.run(() => open(login.trim(), password));
    if (opened && here !== next) go(`#${next.startsWith('/') ? next : '/'}`, true);
  };
  const demo = meta?.demo_accounts?.filter((account) => account.role === 'resident') ?? [];
  return (
    <form className="signin" onSubmit={(event) => void submit(event)}>
      <h1>{t('signIn.title')}</h1>
      {session && session.kind !== 'resident' && <div className="note is-warn"><p>{t('signIn.staff', { name: session.name })}</p></div>}
      {act.error && <Problem error={act.error} focus entering />}
      <div className="form-field">
        <label className="form-label" htmlFor="login">{t('signIn.login')}</label>
        <input id="login" autoComplete="username" required autoCapitalize="none" spellCheck={false} value={login} onChange={(e) => setLogin(e.target.value)} />
      </div>
      <div className="form-field">
        <label className="form-label" htmlFor="password">{t('signIn.password')}</label>
        <input id="password" type="password" autoComplete="current-password" required value={password} onChange={(e) => setPassword(e.target.value)} />
      </div>
      <button className="button" disabled={act.busy}>{t('signIn.do')}</button>
      <DemoAccounts accounts={demo} onPick={(account) => { setLogin(account.login); setPassword(account.password); }} />
      <p className="lead">{t('signIn.help', { number: t('help.number') })}</p>
    </form>
  );
}

function DemoAccounts({ accounts, onPick }: { accounts: DemoAccount[]; onPick: (account: DemoAccount) => void }) {
  if (accounts.length === 0) return null;
  return (
    <section className="note">
      <h2>{t('demo.accounts')}</h2>
      <p>{t('demo.accountsHint')}</p>
      <ul className="demo-accounts">
        {accounts.map((account) => (
          <li key={account.login}><button type="button" className="text-button" onClick={() => onPick(account)}>{account.name} · {account.login} · {account.division_name}</button></li>
        ))}
      </ul>
    </section>
  );
}
