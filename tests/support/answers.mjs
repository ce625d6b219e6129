// Filling in a form of ours as a person does: residents and officers see the same fields.

import { readFileSync } from 'node:fs';

const zh = JSON.parse(readFileSync(new URL('../../web/src/locale/zh.json', import.meta.url), 'utf8'));

// Answers one question, whatever its kind.
export async function answer(page, id, value) {
  const field = page.locator(`[id="q-${id}"]`);
  await field.waitFor();
  if (await field.evaluate((element) => element.readOnly === true)) return; // the register's own number
  const kind = await field.evaluate((element) => element.tagName.toLowerCase());
  if (kind === 'fieldset' && (await page.locator(`[id="q-${id}-y"]`).count()))
    for (const [i, part] of String(value).split('-').entries()) await page.locator(`[id="q-${id}-${'ymd'[i]}"]`).fill(part);
  else if (kind === 'fieldset') for (const one of [value].flat()) await field.locator(`input[value="${one}"]`).check();
  else if (kind === 'select') await field.selectOption(String(value));
  else if (typeof value === 'boolean') await field.setChecked(value);
  else await field.fill(String(value));
}

async function answerRows(page, id, rows) {
  await page.locator(`[id="list-${id}"], [id="row-${id}[0]"]`).first().waitFor(); // a full list has nothing to add
  for (const [i, row] of rows.entries()) {
    const card = page.locator(`[id="row-${id}[${i}]"]`);
    if (!(await card.isVisible())) await page.locator(`[id="list-${id}"]`).click();
    await card.waitFor();
    const edit = card.getByRole('button', { name: new RegExp(`^${zh['form.edit']}`) });
    if (await edit.count()) await edit.click();
    await answerAll(page, row, `${id}[${i}].`);
    await card.getByRole('button', { name: zh['form.rowDone'] }).last().click();
  }
}

// In the order of the form: a later question may hide on an earlier answer.
export async function answerAll(page, values, base = '') {
  for (const [name, value] of Object.entries(values)) {
    const id = `${base}${name}`;
    if (Array.isArray(value) && typeof value[0] === 'object') await answerRows(page, id, value);
    else if (value && typeof value === 'object' && !Array.isArray(value)) await answerAll(page, value, `${id}.`);
    else await answer(page, id, value);
  }
}

// Those of the answers that the form asks for now: what is hidden is left out.
export async function answerShown(page, values) {
  if (Object.keys(values).length === 0) return;
  await page.locator('[id^="q-"], [id^="list-"]').first().waitFor();
  for (const [name, value] of Object.entries(values)) {
    const here = page.locator(`[id="q-${name}"], [id^="q-${name}."], [id="list-${name}"]`);
    if (await here.count()) await answerAll(page, { [name]: value });
  }
}
