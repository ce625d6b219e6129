import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../styles/tokens.css';
import '../styles/base.css';
import '../styles/form.css';
import './resident.css';
import { SessionProvider } from '../api/session';
import { loadLanguage } from '../locale';
import { App } from './App';
import { restoreElder } from './elder';

restoreElder();
void loadLanguage().then(() => {
  createRoot(document.getElementById('root')!).render(
    <StrictMode><SessionProvider><App /></SessionProvider></StrictMode>);
});
