import { App, ConfigProvider, theme } from 'antd';
import en from 'antd/locale/en_US';
import zh from 'antd/locale/zh_CN';
import { useSyncExternalStore, type ReactNode } from 'react';
import { useLanguage } from '../locale';

const dark = window.matchMedia('(prefers-color-scheme: dark)');
const still = window.matchMedia('(prefers-reduced-motion: reduce)');
const watch = (query: MediaQueryList) => (listener: () => void) => {
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
};

const FONT = 'system-ui, -apple-system, "Segoe UI", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif';
const LIGHT = { colorPrimary: '#0b6b5e', colorLink: '#0b6b5e', colorLinkHover: '#07493f', colorError: '#b3261e', colorText: '#17211f', colorTextSecondary: '#4a5754', colorTextDescription: '#4a5754', colorTextPlaceholder: '#5d6a66', colorTextDisabled: '#66726e', colorBgLayout: '#f3f6f5', colorBorder: '#9aa7a3' };
const DARK = { colorPrimary: '#17806f', colorLink: '#5fcbb8', colorLinkHover: '#8fe0d1', colorError: '#ff9a90', colorText: '#e9efed', colorTextSecondary: '#aebbb7', colorTextDescription: '#aebbb7', colorTextPlaceholder: '#a1aeaa', colorTextDisabled: '#93a09b', colorBgContainer: '#1a2220', colorBgElevated: '#222c29', colorBgLayout: '#111816', colorBorder: '#55635f' };

export const useDark = (): boolean => useSyncExternalStore(watch(dark), () => dark.matches);

/** antd in the colours of tokens.css and in the person's language. */
export function Themed({ children }: { children: ReactNode }) {
  const lang = useLanguage();
  const isDark = useDark();
  const isStill = useSyncExternalStore(watch(still), () => still.matches);
  const colours = isDark ? DARK : LIGHT;
  const pointedAt = { defaultHoverColor: colours.colorLinkHover, defaultActiveColor: colours.colorLinkHover }; // antd's own is too dark on a dark ground
  return (
    <ConfigProvider locale={lang === 'zh' ? zh : en} button={{ autoInsertSpace: false }}
      theme={{
        algorithm: isDark ? theme.darkAlgorithm : theme.defaultAlgorithm,
        token: { ...colours, fontFamily: FONT, fontSize: 14, borderRadius: 6, controlHeight: 36, motion: !isStill, wireframe: false },
        components: { Table: { headerBg: 'transparent', cellPaddingBlock: 10 }, Button: { fontWeight: 500, primaryShadow: 'none', defaultShadow: 'none', ...pointedAt } },
      }}>
      <App component={false} message={{ getContainer: () => document.querySelector('main') ?? document.body }}>{children}</App>
    </ConfigProvider>
  );
}
