// Duties at the desk: absence and deputy, recusal, handover, posts; and many tasks at
// once from the list.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { must, signIn } from '../support/api.mjs';
import { lookAt, startStage } from '../support/pages.mjs';

let stage;
before(async () => { stage = await startStage(); });
after(() => stage?.stop());

const WAYS = [['desktop', {}], ['phone, English', { phone: true, en: true }], ['phone, elder', { phone: true, elder: true }]];
for (const [way, options] of WAYS)
  test(`the page: ${way}`, { timeout: 240_000 }, async () => {
    for (const login of ['clerk', 'leader']) {
      const page = await stage.page(login, options);
      await page.goto('/desk/#/duty');
      const everybody = page.locator('details:has(table.grid)');
      await everybody.waitFor();
      if (login === 'leader') { // a whole district: folded, so that the register of posts is near
        assert.equal(await everybody.getAttribute('open'), null);
        await everybody.locator('summary').click();
      }
      await page.locator('table.grid tbody tr').first().waitFor();
      await lookAt(page, `duty-${login}-${way}`);
      await page.context().close();
    }
  });

test('many tasks: previewed, taken, handed on, given back', { timeout: 240_000 }, async () => {
  const clerk = await stage.as('clerk');
  const free = async () => (await must(clerk.get('/api/tasks?limit=200'))).items;
  const page = await stage.page('clerk');
  await page.goto('/desk/#/tasks');
  const boxes = page.locator('.task:not(:has(.mark)) .task-choose'); // nobody has them, and nothing bars this clerk
  await boxes.nth(1).waitFor();
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  const panel = page.locator('.many-tasks');
  await panel.getByText('已选 2 件').waitFor();
  await panel.getByRole('button', { name: '认领', exact: true }).click();
  await panel.getByRole('status').waitFor();
  await lookAt(page, 'many-tasks');
  const before = (await free()).filter((task) => task.claimed_by_me).length;
  const can = Number(/可以办 (\d+) 件/.exec(await panel.getByRole('status').innerText())[1]);
  await panel.getByRole('button', { name: '确定认领' }).click();
  await panel.waitFor({ state: 'detached' });
  assert.equal((await free()).filter((task) => task.claimed_by_me).length, before + can);
  await boxes.nth(0).check();
  await panel.getByRole('button', { name: '转交', exact: true }).click();
  await panel.locator('#many-to').selectOption('clerk2');
  await panel.getByRole('button', { name: '先看会怎样' }).click();
  await panel.getByRole('status').waitFor();
  await page.context().close();
});

test('an absence: recorded by the officer, used by the deputy, ended', { timeout: 240_000 }, async () => {
  const meta = await must((await stage.as('clerk')).get('/api/meta'));
  const page = await stage.page('clerk');
  await page.goto('/desk/#/duty');
  await page.locator('#absence-deputy').selectOption('reviewer');
  await page.locator('#absence-until').fill(meta.today);
  await page.locator('#absence-until').press('Enter');
  await page.getByRole('button', { name: '登记', exact: true }).click();
  await page.locator('.duty-absences li').waitFor();
  const deputy = await signIn(stage.url, 'reviewer');
  assert.ok(deputy.session.roles.some((role) => role.role === 'clerk' && role.deputy_for));
  const [task] = (await must(deputy.get('/api/tasks?limit=200'))).items.filter((one) => one.role === 'clerk' && !one.blocked_because);
  await must(deputy.post(`/api/tasks/${task.id}/claim`));
  await page.getByRole('button', { name: /^提前结束/ }).click();
  await page.locator('.duty-absences').waitFor({ state: 'detached' });
  assert.ok(!(await signIn(stage.url, 'reviewer')).session.roles.some((role) => role.deputy_for));
  await page.context().close();
});

test('who leaves hands over; a relative is declared', { timeout: 240_000 }, async () => {
  const clerk = await stage.as('clerk');
  const [task] = (await must(clerk.get('/api/tasks?limit=200'))).items.filter((one) => !one.blocked_because && (!one.claimed_by || one.claimed_by_me));
  await must(clerk.post(`/api/tasks/${task.id}/claim`));
  const page = await stage.page('leader');
  await page.goto('/desk/#/duty');
  await page.locator('#handover-from').selectOption('clerk');
  await page.locator('#handover-to').selectOption('clerk2');
  await page.getByRole('button', { name: '先看会怎样' }).click();
  await page.locator('.handover-plan').waitFor();
  await lookAt(page, 'handover-plan');
  const taken = (await must(clerk.get('/api/tasks?mine=true&limit=200'))).items.length;
  assert.ok(taken > 0);
  await page.getByRole('button', { name: '交接', exact: true }).click();
  await page.locator('.note.is-good').waitFor();
  assert.equal((await must(clerk.get('/api/tasks?mine=true&limit=200'))).items.length, 0);
  await page.context().close();

  const { demo_accounts: accounts } = await must(clerk.get('/api/meta'));
  let number;
  for (const { login } of accounts.filter((one) => one.role === 'resident')) {
    const own = await stage.as(login);
    const shown = await clerk.post(`/api/persons/${own.session.person}/reveal`, { field: 'id_number', purpose: 'enquiry' });
    if (shown.status === 200) { number = shown.body.value; break; }
  }
  const mine = await stage.page('clerk');
  await mine.goto('/desk/#/duty');
  await mine.locator('#recusal-number').fill(number);
  await mine.locator('#recusal-relation').selectOption('in_law');
  await mine.getByRole('button', { name: '申报', exact: true }).click();
  await mine.locator('li', { hasText: '姻亲' }).waitFor();
  await lookAt(mine, 'recusal');
  await mine.context().close();

  // Declared in error: the leader takes it back, with the reason.
  const led = await stage.page('leader', { phone: true });
  await led.goto('/desk/#/duty');
  const list = led.locator('.recusals-led');
  await list.getByRole('button', { name: /^撤回/ }).click();
  assert.ok(await list.getByRole('button', { name: '确定撤回' }).isDisabled(), 'no reason, no withdrawal');
  await list.locator('#withdraw-reason').fill('录错了号码');
  await lookAt(led, 'recusal-withdraw');
  await list.getByRole('button', { name: '确定撤回' }).click();
  await list.getByText('同事没有申报过。').waitFor();
  assert.equal((await must((await stage.as('clerk')).get('/api/me/recusals'))).items.length, 0);
  await led.context().close();
});

test('a post: set up, held, acted for, left', { timeout: 240_000 }, async () => {
  const page = await stage.page('leader', { phone: true, allowStatus: [401, 404, 409] }); // a second holder is refused
  await page.goto('/desk/#/duty');
  const register = page.locator('.post-register');
  await register.getByText('还没有设岗。').waitFor();
  await register.locator('#post-name').fill('综合审核岗');
  await register.locator('#post-place').selectOption({ index: 0 });
  await register.locator('fieldset input').nth(2).check();
  await register.getByRole('button', { name: '确定设岗' }).click();
  await register.getByText('今天没有人在这个岗位上。').waitFor();
  const { items: [post] } = await must((await stage.as('leader')).get('/api/posts'));
  const appoint = async (login, acting) => {
    await register.locator('#appoint-post').selectOption(post.id);
    await register.locator('#appoint-who').selectOption(login);
    if (acting) {
      await register.getByLabel('临时代理（须写到哪天止）').check();
      await register.locator('#appoint-until').fill((await must((await stage.as('leader')).get('/api/meta'))).today);
      await register.locator('#appoint-until').press('Enter');
    }
    await register.getByRole('button', { name: '确定派岗' }).click();
  };
  await appoint('clerk', false);
  await register.getByRole('button', { name: /^结束任职/ }).waitFor();
  const roles = async () => (await signIn(stage.url, 'clerk')).session.roles.map((one) => one.role);
  assert.ok((await roles()).includes(post.roles[0]), 'the role comes with the post');
  await appoint('clerk2', false); // one holder at a time
  await register.getByRole('alert').waitFor();
  await appoint('clerk2', true);
  await register.getByText('代理', { exact: true }).waitFor();
  await lookAt(page, 'post-register');
  while (await register.getByRole('button', { name: /^结束任职/ }).count()) {
    const left = await register.getByRole('button', { name: /^结束任职/ }).count();
    await register.getByRole('button', { name: /^结束任职/ }).first().click();
    await page.waitForFunction((n) => [...document.querySelectorAll('.post-register li button')].length < n, left);
  }
  await register.getByText('今天没有人在这个岗位上。').waitFor();
  const [after] = (await must((await stage.as('leader')).get('/api/posts'))).items;
  assert.equal(after.holders.length, 0);
  await page.context().close();
});

test('a roster: planned in turn, taken over, shown above the tasks', { timeout: 240_000 }, async () => {
  const leader = await stage.as('leader');
  const { today } = await must(leader.get('/api/meta'));
  let { items: [post] } = await must(leader.get('/api/posts'));
  if (!post) {
    const { session } = leader;
    await must(leader.post('/api/posts', { name: '值班岗', division: session.roles[0].division, roles: ['district_clerk'] }));
    [post] = (await must(leader.get('/api/posts'))).items;
  }
  const page = await stage.page('leader');
  await page.goto('/desk/#/duty');
  const roster = page.locator('.roster');
  await roster.getByText('没有排班').waitFor();
  await roster.locator('#roster-post').selectOption(post.id);
  for (const login of ['clerk2', 'clerk']) await roster.locator('#roster-who').selectOption(login);
  await roster.locator('#roster-until').fill(new Date(Date.parse(today) + 86_400_000).toISOString().slice(0, 10));
  await roster.locator('#roster-until').press('Enter');
  await roster.locator('#roster-begins').fill('00:00');
  await roster.locator('#roster-ends').fill('00:00');
  await roster.locator('#roster-telephone').fill('010-6600 1234');
  await roster.getByRole('button', { name: '确定排班' }).click();
  await roster.getByText('正在值班', { exact: true }).waitFor();
  assert.deepEqual((await must(leader.get('/api/shifts'))).items.map((one) => [one.login, one.now]), [['clerk2', true], ['clerk', false]]);
  await roster.getByRole('button', { name: /^换班/ }).first().click();
  await roster.locator('#take-over-who').selectOption('clerk');
  await roster.locator('#take-over-reason').fill('突发高烧');
  await lookAt(page, 'roster-take-over');
  await roster.getByRole('button', { name: '确定换班' }).click();
  await roster.getByText('：突发高烧').waitFor();
  assert.ok((await roster.locator('.note.is-warn li').count()) > 0, 'the nights that nobody has');
  assert.ok((await signIn(stage.url, 'clerk')).session.roles.some((role) => role.role === post.roles[0]));
  await page.context().close();
  for (const [way, options] of WAYS) {
    const own = await stage.page('clerk', options);
    await own.goto('/desk/#/tasks');
    await own.locator('.on-duty li').waitFor();
    await lookAt(own, `on-duty-${way}`);
    await own.goto('/desk/#/duty');
    await own.locator('.roster li strong').first().waitFor();
    await lookAt(own, `roster-${way}`);
    await own.context().close();
  }
  const [now] = (await must(leader.get('/api/shifts'))).items.filter((one) => one.now);
  await must(leader.post(`/api/shifts/${now.id}/end`));
  assert.ok(!(await must(leader.get('/api/shifts'))).items.some((one) => one.now));
});
