// Tries the page's script in a browser: node try-page.mjs PAGE.html [FOLDER], with chromium on the path. The page is what
// ComparisonPageTest leaves in target. Fails if anything goes wrong; leaves pictures of the page in FOLDER.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [page, folder] = process.argv.slice(2);
const profile = mkdtempSync(join(tmpdir(), 'try-page-'));
const browser = spawn(process.env.CHROMIUM || 'chromium', ['--headless', '--no-sandbox', '--disable-gpu',
  '--remote-debugging-pipe', '--user-data-dir=' + profile, 'about:blank'],
  { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
const waiting = new Map();
const errors = [];
const requests = [];
let last = 0;
let rest = '';
browser.stdio[4].on('data', (chunk) => {
  const parts = (rest + chunk).split('\0');
  rest = parts.pop();
  for (const message of parts.map((part) => JSON.parse(part))) {
    if (message.id) {
      const { done, failed } = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.error) failed(new Error(message.error.message));
      else done(message.result);
    } else if (message.method === 'Runtime.exceptionThrown') {
      errors.push(message.params.exceptionDetails.exception?.description || message.params.exceptionDetails.text);
    } else if (message.method === 'Log.entryAdded' && message.params.entry.level !== 'info'
        && !message.params.entry.text.startsWith('Canvas2D: Multiple readback')) { // of this test's own reading
      errors.push(message.params.entry.text);
    } else if (message.method === 'Network.requestWillBeSent') {
      requests.push(message.params.request.url.slice(0, 60));
    }
  }
});
const send = (method, params = {}, sessionId = undefined) => new Promise((done, failed) => {
  waiting.set(++last, { done, failed });
  browser.stdio[3].write(JSON.stringify({ id: last, method, params, sessionId }) + '\0');
});
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

let checks = 0;
const expect = (what, found, wanted) => {
  checks++;
  if (JSON.stringify(found) !== JSON.stringify(wanted)) {
    throw new Error(what + ': expected ' + JSON.stringify(wanted) + ', found ' + JSON.stringify(found));
  }
};

try {
  const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
  const call = (method, params) => send(method, params, sessionId);
  const evaluate = async (expression) => {
    const { result, exceptionDetails } = await call('Runtime.evaluate', { expression, returnByValue: true });
    if (exceptionDetails) throw new Error(expression + ': ' + exceptionDetails.exception.description);
    return result.value;
  };
  const key = async (name, text) => {
    await call('Input.dispatchKeyEvent', { type: 'keyDown', key: name, text });
    await call('Input.dispatchKeyEvent', { type: 'keyUp', key: name });
  };
  const size = (width, height = 900) => call('Emulation.setDeviceMetricsOverride',
    { width, height, deviceScaleFactor: 1, mobile: width < 600 });
  const scheme = (name, motion = 'no-preference') => call('Emulation.setEmulatedMedia', { features: [
    { name: 'prefers-color-scheme', value: name }, { name: 'prefers-reduced-motion', value: motion }] });
  const open = async () => {
    await call('Page.navigate', { url: pathToFileURL(resolve(page)).href });
    for (let i = 0; i < 100 && await evaluate('document.readyState') !== 'complete'; i++) await pause(50);
    await pause(200);
  };
  const picture = async (name) => {
    if (!folder) return;
    const height = await evaluate('document.documentElement.scrollHeight');
    const width = await evaluate('document.documentElement.clientWidth');
    const { data } = await call('Page.captureScreenshot', { format: 'png', captureBeyondViewport: true,
      clip: { x: 0, y: 0, width, height: Math.min(height, 16000), scale: 1 } });
    writeFileSync(join(folder, name + '.png'), Buffer.from(data, 'base64'));
  };
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await call(domain + '.enable');

  for (const width of [360, 1200]) {
    for (const colours of ['light', 'dark']) {
      await size(width);
      await scheme(colours);
      await open();
      expect('no wider than the screen at ' + width,
        await evaluate('document.documentElement.scrollWidth') <= width, true);
      await picture(colours + '-' + width);
    }
  }

  // Charts: one stop of the tab key, arrows walk, the point is said, a click leads to its pictures.
  expect('charts', await evaluate('document.querySelectorAll("svg.chart").length > 8'), true);
  expect('one stop a chart', await evaluate('[...document.querySelectorAll("svg.chart")].every((svg) => '
    + 'svg.querySelectorAll(".pt[tabindex=\\"0\\"]").length === 1)'), true);
  expect('pictures from the start', await evaluate('document.querySelectorAll(".tile").length > 1'), true);
  expect('what B is', await evaluate('document.getElementById("pair-caption").lastChild.textContent.includes("epoch 30")'), true);
  await evaluate('document.querySelector("svg.chart .pt[tabindex=\\"0\\"]").focus()');
  const first = await evaluate('document.querySelector(".readout").textContent');
  await key('ArrowRight');
  expect('another point', await evaluate('document.querySelector(".readout").textContent') !== first, true);
  expect('which is said', await evaluate('document.querySelector(".readout").textContent.includes("epoch 5")'), true);
  await key('End');
  await key('Enter', '\r');
  await pause(100);
  expect('its pictures', await evaluate('document.getElementById("wall-status").textContent.includes("epoch 30")'), true);
  expect('the slider has the focus', await evaluate('document.activeElement.id'), 'wall-epoch');

  // The legend hides lines.
  await evaluate('document.querySelector(".legend button").click()');
  expect('hidden', await evaluate('document.querySelectorAll("g.series.off").length > 0'), true);
  expect('said so', await evaluate('document.querySelector(".legend button").getAttribute("aria-pressed")'), 'false');

  // Tables sort, numbers as numbers, and back.
  await evaluate('window.sorted = document.querySelector("table.sortable"); sorted.querySelectorAll("thead button")[2].click()');
  const column = 'Array.from(sorted.tBodies[0].rows, (r) => Number(r.cells[2].dataset.v))';
  expect('ascending', await evaluate(column + '.every((v, i, all) => i === 0 || all[i - 1] <= v)'), true);
  await evaluate('sorted.querySelectorAll("thead button")[2].click()');
  expect('descending', await evaluate(column + '.every((v, i, all) => i === 0 || all[i - 1] >= v)'), true);

  // Pictures: the slider by keys from anywhere among them, wipe, swap, blink, order.
  const pixels = (id) => evaluate('(() => { const c = document.getElementById("' + id + '"); const d = c.getContext("2d")'
    + '.getImageData(0, 0, c.width, c.height).data; let h = 0; for (let i = 0; i < d.length; i += 97) h = (h * 31 + d[i]) | 0;'
    + ' return h; })()');
  await evaluate('document.querySelector(".tile").focus()');
  await key('ArrowLeft');
  expect('one back', await evaluate('document.getElementById("wall-epoch-name").textContent'), 'epoch 20');
  const wiped = await pixels('pair');
  await key('.', '.');
  expect('wiped on', await evaluate('document.getElementById("pair-wipe").value'), '55');
  expect('another picture', await pixels('pair') !== wiped, true);
  const caption = await evaluate('document.getElementById("pair-caption").textContent');
  await key('x', 'x');
  expect('swapped', await evaluate('document.getElementById("pair-caption").textContent') !== caption, true);
  await key('b', 'b');
  expect('blinks', await evaluate('document.getElementById("pair-blink").getAttribute("aria-pressed")'), 'true');
  const one = await pixels('pair');
  let other = one;
  for (let i = 0; i < 60 && other === one; i++) {
    await pause(50);
    other = await pixels('pair');
  }
  expect('the other', other !== one, true);
  await key('b', 'b');
  expect('no more', await evaluate('document.getElementById("pair-blink").getAttribute("aria-pressed")'), 'false');
  await scheme('light', 'reduce');
  await evaluate('window.setInterval = ((set) => (f, ms) => { window.pace = ms; return set(f, ms); })(window.setInterval)');
  await key('b', 'b');
  await key('b', 'b');
  expect('slowly', await evaluate('window.pace'), 2000);
  await scheme('light');
  await evaluate('document.getElementById("pair").scrollIntoView({ behavior: "instant", block: "center" })');
  const box = await evaluate('(({ left, top, width, height }) => ({ left, top, width, height }))('
    + 'document.getElementById("pair").getBoundingClientRect())');
  const mouse = (type, share) => call('Input.dispatchMouseEvent', { type, x: box.left + share * box.width,
    y: box.top + box.height / 2, button: 'left', buttons: 1, clickCount: 1 });
  await mouse('mousePressed', 0.5);
  await mouse('mouseMoved', 0.2);
  await mouse('mouseReleased', 0.2);
  expect('dragged', await evaluate('document.getElementById("pair-wipe").value'), '20');
  const order = await evaluate('document.querySelector("#tiles .prompt").textContent');
  const orders = await evaluate('Array.from(document.getElementById("wall-order").options, (o) => o.value)');
  const tops = new Set();
  for (const value of orders) {
    await evaluate('(() => { const o = document.getElementById("wall-order"); o.value = "' + value
      + '"; o.dispatchEvent(new Event("input")); })()');
    tops.add(await evaluate('document.querySelector("#tiles .prompt").textContent'));
  }
  expect('orders differ', tops.size > 1, true);
  expect('the first is kept', tops.has(order), true);
  await evaluate('document.querySelector(".tile").focus()');
  expect('a tile says what it shows', await evaluate('document.activeElement.getAttribute("aria-label").length > 20'), true);
  await evaluate('document.querySelectorAll(".tile")[1].dispatchEvent(new MouseEvent("click", { shiftKey: true }))');
  expect('chosen as B', await evaluate('document.querySelectorAll(".tile.is-b").length'), 1);

  // The theme that is chosen wins.
  await scheme('light');
  const paper = 'getComputedStyle(document.body).backgroundColor';
  const light = await evaluate(paper);
  await evaluate('document.getElementById("theme").click(); document.getElementById("theme").click()');
  expect('dark', await evaluate(paper) !== light, true);

  // Without scripts everything can be read.
  await call('Emulation.setScriptExecutionDisabled', { value: true });
  await size(1200);
  await open();
  await picture('without-scripts');
  expect('sheets are seen', await evaluate('getComputedStyle(document.getElementById("sheets")).display'), 'block');
  expect('controls are not', await evaluate('getComputedStyle(document.getElementById("wall")).display'), 'none');
  expect('errors', errors, []);
  expect('requests', requests.filter((url) => !url.startsWith('file:') && !url.startsWith('data:image/')), []);
  console.log(checks + ' checks passed');
} catch (e) {
  console.error(e.message);
  if (errors.length > 0) console.error(errors.join('\n'));
  process.exitCode = 1;
} finally {
  browser.kill();
  await pause(300);
  rmSync(profile, { recursive: true, force: true });
}
