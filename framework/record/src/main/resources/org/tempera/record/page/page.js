'use strict';
// Makes the page easier to use: it can be read without. It takes texts from outside as texts only (textContent), and
// loads nothing.
(() => {
  const byId = (id) => document.getElementById(id);
  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)');

  const add = (parent, tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    parent.appendChild(element);
    return element;
  };

  const theme = () => {
    const button = byId('theme');
    if (!button) return;
    const themes = ['', 'light', 'dark'];
    const names = ['Colours: as the system', 'Colours: light', 'Colours: dark'];
    let at = 0;
    const show = () => {
      button.textContent = names[at];
      if (themes[at]) document.documentElement.dataset.theme = themes[at];
      else delete document.documentElement.dataset.theme;
    };
    button.hidden = false;
    button.addEventListener('click', () => {
      at = (at + 1) % themes.length;
      show();
    });
    show();
  };

  const sortable = (table) => {
    const headings = all('thead th', table);
    const body = table.tBodies[0];
    headings.forEach((heading, column) => {
      const text = heading.textContent;
      heading.textContent = '';
      const button = add(heading, 'button', '', text);
      button.type = 'button';
      button.addEventListener('click', () => {
        const down = heading.getAttribute('aria-sort') === 'ascending';
        headings.forEach((h) => h.removeAttribute('aria-sort'));
        heading.setAttribute('aria-sort', down ? 'descending' : 'ascending');
        const sign = down ? -1 : 1;
        const value = (row) => row.cells[column].dataset.v;
        const compare = (a, b) => {
          const x = value(a);
          const y = value(b);
          if (x !== undefined && y !== undefined) return sign * (x - y);
          // What is not known comes last.
          if (x !== undefined || y !== undefined) return x !== undefined ? -1 : 1;
          return sign * a.cells[column].textContent.localeCompare(b.cells[column].textContent, 'en');
        };
        Array.from(body.rows).sort(compare).forEach((row) => body.appendChild(row));
      });
    });
  };

  const chart = (figure, show) => {
    const svg = figure.querySelector('svg.chart');
    const readout = figure.querySelector('.readout');
    const groups = all('g.series', svg);
    all('.legend li', figure).forEach((item) => {
      const own = groups.filter((g) => g.dataset.s === item.dataset.s);
      const button = document.createElement('button');
      button.type = 'button';
      button.setAttribute('aria-pressed', 'true');
      button.append(...item.childNodes);
      item.appendChild(button);
      button.addEventListener('click', () => {
        const off = button.getAttribute('aria-pressed') === 'true';
        own.forEach((g) => g.classList.toggle('off', off));
        button.setAttribute('aria-pressed', String(!off));
        enter();
      });
      const light = (on) => {
        svg.classList.toggle('dimmed', on);
        own.forEach((g) => g.classList.toggle('lit', on));
      };
      ['mouseenter', 'focus'].forEach((type) => button.addEventListener(type, () => light(true)));
      ['mouseleave', 'blur'].forEach((type) => button.addEventListener(type, () => light(false)));
    });

    // One stop of the tab key for each chart: arrows walk its points.
    const lines = () => groups.filter((g) => !g.classList.contains('off')).map((g) => all('.pt', g))
      .filter((points) => points.length > 0);
    const enter = (point) => {
      all('.pt', svg).forEach((p) => p.setAttribute('tabindex', '-1'));
      const first = point || (lines()[0] || [])[0];
      if (first) first.setAttribute('tabindex', '0');
    };
    const words = (point) => {
      const name = figure.querySelector('.legend li[data-s="' + point.parentNode.dataset.s + '"] span');
      return name.textContent + ': ' + point.querySelector('title').textContent;
    };
    const say = (point) => {
      readout.textContent = words(point);
    };
    const lead = (point) => {
      if (show && point.dataset.e !== undefined) show(Number(point.parentNode.dataset.g), Number(point.dataset.e));
    };
    svg.addEventListener('focusin', (event) => {
      const point = event.target.closest('.pt');
      if (point) say(point);
    });
    svg.addEventListener('pointerover', (event) => {
      const point = event.target.closest('.pt');
      if (point) say(point);
    });
    svg.addEventListener('keydown', (event) => {
      const point = event.target.closest('.pt');
      if (!point || event.ctrlKey || event.metaKey || event.altKey) return;
      const rows = lines();
      const line = rows.findIndex((points) => points.includes(point));
      const place = rows[line].indexOf(point);
      const pick = (row, at) => row[Math.max(0, Math.min(row.length - 1, at))];
      let next;
      switch (event.key) {
        case 'ArrowRight': next = pick(rows[line], place + 1); break;
        case 'ArrowLeft': next = pick(rows[line], place - 1); break;
        case 'ArrowDown': next = pick(rows[(line + 1) % rows.length], place); break;
        case 'ArrowUp': next = pick(rows[(line + rows.length - 1) % rows.length], place); break;
        case 'Home': next = rows[line][0]; break;
        case 'End': next = rows[line][rows[line].length - 1]; break;
        case 'Enter': case ' ': next = point; lead(point); break;
        default: return;
      }
      event.preventDefault();
      if (next === point) return;
      enter(next);
      next.focus();
    });
    svg.addEventListener('click', (event) => {
      const point = event.target.closest('.pt');
      if (point) lead(point);
    });
    all('.pt', svg).forEach((point) => {
      point.setAttribute('aria-label', words(point));
      point.setAttribute('role', show && point.dataset.e !== undefined ? 'link' : 'img');
    });
    enter();
  };

  // The pictures: returns what shows those of a group at an epoch.
  const wall = () => {
    const root = byId('wall');
    if (!root) return null;
    const data = JSON.parse(byId('wall-data').textContent);
    const runs = data.runs;
    const sheets = runs.map((run, i) => byId('sheet-' + i));
    const slider = byId('wall-epoch');
    const group = byId('wall-group');
    const order = byId('wall-order');
    const tiles = byId('tiles');
    const canvas = byId('pair');
    const wipe = byId('pair-wipe');
    const sides = ['a', 'b'];
    const runOf = { a: byId('pair-run-a'), b: byId('pair-run-b') };
    const epochOf = { a: byId('pair-epoch-a'), b: byId('pair-epoch-b') };
    const prompt = byId('pair-prompt');
    let shown = [];
    let built = [];
    let blinking = 0;
    let second = false;
    let choosing = 'a';

    const epochName = (epoch) => (epoch === 0 ? 'before training' : 'epoch ' + epoch);
    // The checkpoint that a run has at an epoch: its last one until then, or its first.
    const column = (run, step) => {
      let at = 0;
      run.epochs.forEach((epoch, i) => {
        if (epoch <= data.epochs[step]) at = i;
      });
      return at;
    };
    const number = (x) => (typeof x === 'number' ? String(Number(x.toPrecision(3))) : 'none');
    const scoresOf = (run, at, row) => ((run.scores[at] || [])[row] || []);
    const words = (run, at, row, count) => data.scores.map((name, k) => [name, scoresOf(run, at, row)[k]])
      .filter((score) => typeof score[1] === 'number').slice(0, count)
      .map((score) => score[0] + ' ' + number(score[1])).join(', ');
    const paint = (context, run, at, row, width, height) => {
      const sheet = sheets[runs.indexOf(run)];
      context.clearRect(0, 0, width, height);
      if (row >= 0 && sheet.complete && sheet.naturalWidth > 0) {
        context.drawImage(sheet, at * run.width, row * run.height, run.width, run.height, 0, 0, width, height);
      }
    };

    const choose = () => {
      if (group.value === 'first') {
        const seen = new Set();
        shown = runs.filter((run) => !seen.has(run.group) && seen.add(run.group));
      } else {
        shown = runs.filter((run) => run.group === Number(group.value));
      }
    };

    const build = () => {
      choose();
      tiles.textContent = '';
      built = data.prompts.map((text, p) => {
        const block = add(tiles, 'div', 'block');
        add(block, 'p', 'prompt', text);
        const row = add(block, 'div', 'row');
        const cells = shown.filter((run) => run.rows[p] >= 0).map((run) => {
          const button = add(row, 'button', 'tile');
          button.type = 'button';
          const picture = add(button, 'canvas');
          picture.width = run.width;
          picture.height = run.height;
          add(button, 'b', '', run.name);
          const scores = add(button, 'span');
          button.addEventListener('click', (event) => {
            set(event.shiftKey ? 'b' : choosing, run, p);
          });
          return { button, picture, scores, run, row: run.rows[p] };
        });
        block.hidden = cells.length === 0;
        return { block, cells, p };
      });
      update();
    };

    const set = (side, run, p) => {
      runOf[side].value = String(runs.indexOf(run));
      epochOf[side].value = 'slider';
      prompt.value = String(p);
      update();
    };

    const arrange = (step) => {
      const score = order.value === 'none' ? -1 : parseInt(order.value, 10);
      const sign = order.value.endsWith('-') ? 1 : -1;
      const key = (entry) => {
        const found = entry.cells.map((c) => scoresOf(c.run, column(c.run, step), c.row)[score])
          .filter((x) => typeof x === 'number');
        return found.length === 0 ? Infinity : sign * found.reduce((a, b) => a + b, 0) / found.length;
      };
      const keyed = built.map((entry) => ({ entry, key: score < 0 ? entry.p : key(entry) }));
      keyed.sort((a, b) => (a.key === b.key ? a.entry.p - b.entry.p : a.key - b.key));
      const focused = document.activeElement;
      const sorted = keyed.map((k) => k.entry.block);
      if (sorted.some((block, i) => tiles.children[i] !== block)) {
        sorted.forEach((block) => tiles.appendChild(block));
        if (focused && tiles.contains(focused)) focused.focus();
      }
    };

    const place = (side) => {
      const run = runs[Number(runOf[side].value)];
      const at = column(run, Number(epochOf[side].value === 'slider' ? slider.value : epochOf[side].value));
      return { run, at, row: run.rows[Number(prompt.value)] };
    };

    const drawPair = () => {
      const places = sides.map(place);
      const scale = Math.max(1, Math.min(8, Math.round(512 / places[0].run.width)));
      const width = places[0].run.width * scale;
      const height = places[0].run.height * scale;
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
      const context = canvas.getContext('2d');
      const draw = (side) => paint(context, places[side].run, places[side].at, places[side].row, width, height);
      const line = Math.round((width * Number(wipe.value)) / 100);
      if (blinking) {
        draw(second ? 1 : 0);
      } else {
        draw(1);
        context.save();
        context.beginPath();
        context.rect(0, 0, line, height);
        context.clip();
        draw(0);
        context.restore();
        context.fillStyle = '#000';
        context.fillRect(line - 2, 0, 4, height);
        context.fillStyle = '#fff';
        context.fillRect(line - 1, 0, 2, height);
      }
      if (blinking) {
        context.font = 'bold ' + Math.round(width / 16) + 'px sans-serif';
        context.lineWidth = width / 100;
        context.strokeStyle = '#000';
        context.fillStyle = '#fff';
        context.strokeText(second ? 'B' : 'A', width / 40, width / 14);
        context.fillText(second ? 'B' : 'A', width / 40, width / 14);
      }
    };

    const update = () => {
      const step = Number(slider.value);
      const name = epochName(data.epochs[step]);
      byId('wall-epoch-name').textContent = name;
      slider.setAttribute('aria-valuetext', name);
      built.forEach((entry) => entry.cells.forEach((cell) => {
        const at = column(cell.run, step);
        paint(cell.picture.getContext('2d'), cell.run, at, cell.row, cell.picture.width, cell.picture.height);
        const its = epochName(cell.run.epochs[at]);
        cell.scores.textContent = its + (words(cell.run, at, cell.row, 3) ? ': ' + words(cell.run, at, cell.row, 3) : '');
        cell.button.setAttribute('aria-label',
          data.prompts[entry.p] + ', ' + cell.run.name + ', ' + its + '. ' + words(cell.run, at, cell.row, 99));
        sides.forEach((side) => cell.button.classList.toggle('is-' + side,
          runOf[side].value === String(runs.indexOf(cell.run)) && prompt.value === String(entry.p)));
      }));
      arrange(step);
      const said = sides.map((side) => {
        const p = place(side);
        return side.toUpperCase() + ': ' + p.run.name + ', ' + epochName(p.run.epochs[p.at])
          + (p.row < 0 ? ', has no picture of this prompt' : '. ' + words(p.run, p.at, p.row, 99));
      });
      const caption = byId('pair-caption');
      caption.textContent = '';
      said.forEach((text) => add(caption, 'div', '', text));
      canvas.setAttribute('aria-label', data.prompts[Number(prompt.value)] + '. ' + said.join('. '));
      drawPair();
    };

    const step = (by) => {
      slider.value = String(Number(slider.value) + by);
      update();
    };
    const blink = () => {
      if (blinking) {
        clearInterval(blinking);
        blinking = 0;
      } else {
        blinking = setInterval(() => {
          second = !second;
          drawPair();
        }, calm.matches ? 2000 : 600);
      }
      byId('pair-blink').setAttribute('aria-pressed', String(blinking !== 0));
      drawPair();
    };
    const swap = () => {
      [runOf, epochOf].forEach((of) => {
        const value = of.a.value;
        of.a.value = of.b.value;
        of.b.value = value;
      });
      update();
    };
    const turn = (by) => {
      prompt.value = String((Number(prompt.value) + by + data.prompts.length) % data.prompts.length);
      update();
    };
    const slide = (by) => {
      wipe.value = String(Number(wipe.value) + by);
      drawPair();
    };

    root.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target;
      const arrows = event.key === 'ArrowLeft' || event.key === 'ArrowRight';
      // A list finds its entries by letters, and a slider moves by arrows itself.
      if (target.tagName === 'SELECT' || (arrows && target.tagName === 'INPUT')) return;
      switch (event.key) {
        case 'ArrowLeft': step(-1); break;
        case 'ArrowRight': step(1); break;
        case 'b': blink(); break;
        case 'x': swap(); break;
        case 'n': turn(1); break;
        case 'p': turn(-1); break;
        case ',': slide(-5); break;
        case '.': slide(5); break;
        default: return;
      }
      event.preventDefault();
    });
    const drag = (event) => {
      const box = canvas.getBoundingClientRect();
      wipe.value = String((100 * (event.clientX - box.left)) / box.width);
      drawPair();
    };
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
      drag(event);
    });
    canvas.addEventListener('pointermove', (event) => {
      if (event.buttons) drag(event);
    });
    [slider, order, prompt, runOf.a, runOf.b, epochOf.a, epochOf.b].forEach((input) => {
      input.addEventListener('input', update);
    });
    group.addEventListener('input', build);
    wipe.addEventListener('input', drawPair);
    byId('pair-blink').addEventListener('click', blink);
    byId('pair-swap').addEventListener('click', swap);
    byId('pair-side').addEventListener('click', () => {
      choosing = choosing === 'a' ? 'b' : 'a';
      byId('pair-side').textContent = 'A click chooses ' + choosing.toUpperCase();
      byId('pair-side').setAttribute('aria-pressed', String(choosing === 'b'));
    });

    root.hidden = false;
    byId('sheets').hidden = true;
    // At first the same run before training and at the end; with one checkpoint, two runs.
    if (data.epochs.length > 1) epochOf.a.value = '0';
    else if (runs.length > 1) runOf.b.value = '1';
    build();
    sheets.forEach((sheet) => {
      if (!sheet.complete) sheet.addEventListener('load', update);
    });

    return (wanted, epoch) => {
      const its = runs.filter((run) => run.group === wanted);
      const status = byId('wall-status');
      if (its.length > 0) {
        group.value = String(wanted);
        let nearest = 0;
        data.epochs.forEach((e, i) => {
          if (Math.abs(e - epoch) < Math.abs(data.epochs[nearest] - epoch)) nearest = i;
        });
        slider.value = String(nearest);
        runOf.b.value = String(runs.indexOf(its[0]));
        epochOf.b.value = 'slider';
        build();
        status.textContent = 'Pictures of ' + group.selectedOptions[0].textContent + ', '
          + epochName(data.epochs[nearest])
          + (data.epochs[nearest] === epoch ? '.' : ', the nearest to epoch ' + epoch + ' that were kept.');
      } else {
        status.textContent = 'No pictures of these runs were kept.';
      }
      byId('pictures').scrollIntoView({ behavior: calm.matches ? 'auto' : 'smooth' });
      slider.focus({ preventScroll: true });
    };
  };

  theme();
  all('table.sortable').forEach(sortable);
  const show = wall();
  all('figure.plot').forEach((figure) => chart(figure, show));
})();
