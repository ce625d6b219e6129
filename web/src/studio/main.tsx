import '@ant-design/v5-patch-for-react-19';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../styles/tokens.css';
import '../styles/base.css';
import '../styles/staff.css';
import '../desk/desk.css';
import './studio.css';
import { SessionProvider } from '../api/session';
import { loadLanguage } from '../locale';
import { Themed } from '../components/Themed';
import { App } from './App';

void loadLanguage().then(() => {
  createRoot(document.getElementById('root')!).render(
    <StrictMode><Themed><SessionProvider><App /></SessionProvider></Themed></StrictMode>);
});
