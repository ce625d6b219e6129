// Bundles a module of src for plain node: the tests read what the browser runs.
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

export async function load(path) {
  const result = await build({
    entryPoints: [fileURLToPath(new URL(`../src/${path}`, import.meta.url))],
    bundle: true, write: false, format: 'esm', target: 'es2021', platform: 'node', logLevel: 'silent',
  });
  return import(`data:text/javascript;base64,${Buffer.from(result.outputFiles[0].text).toString('base64')}`);
}
