import { defineConfig } from 'vite';
import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';

const page = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/* Four pages of their own.  dmn-js and bpmn-js break when rollup splits what they
 * have in common, so both are reached through one dynamic import only
 * (src/desk/models/viewers.ts), which makes them one chunk. */
export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2021',
    assetsInlineLimit: 0, // the content security policy knows no data: addresses
    chunkSizeWarningLimit: 1600,
    reportCompressedSize: false,
    rollupOptions: {
      input: { resident: page('index.html'), desk: page('desk/index.html'), board: page('board/index.html'), studio: page('studio/index.html') },
      output: {
        manualChunks(id) {
          if (id.includes('preload-helper') || id.includes('commonjsHelpers')) return 'react';
          if (!id.includes('node_modules')) return undefined;
          if (/node_modules\/(react|react-dom|react-is|scheduler)\//.test(id)) return 'react';
          if (/node_modules\/(echarts|zrender)\//.test(id)) return 'charts';
          if (/node_modules\/(antd|@ant-design|rc-|@rc-component|dayjs|@babel\/runtime|classnames|stylis|@emotion|resize-observer|scroll-into|compute-scroll|throttle-debounce|copy-to|toggle-selection|json2mq|string-convert)/.test(id)) return 'antd';
          return undefined;
        },
      },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
});
