// The thread as it is drawn. Nodes that stay the same stay in place: a screen reader announces what is added, once.

const drawn = new Map(); // key: element

const mine = (m) => m.author_type === 'customer';

const TAGS = {
  paragraph: 'p', bulletList: 'ul', orderedList: 'ol', listItem: 'li', blockquote: 'blockquote', codeBlock: 'pre',
  hardBreak: 'br', horizontalRule: 'hr', bold: 'strong', italic: 'em', strike: 's', code: 'code',
};

const marked = (inner, { type, attrs }) => h(attrs ? 'a' : TAGS[type], attrs ? { ...attrs, target: '_blank' } : {}, inner);

const rich = ({ type, text, marks, attrs, content }) => (text != null && type === 'text'
  ? (marks || []).reduceRight(marked, text)
  : h(TAGS[type], attrs || {}, ...(content || []).map(rich)));

// Links of the team can be followed; a visitor's words stay words.
function words(m) {
  if (m.rich_content) return h('div', { class: 'rich', dir: 'auto' }, ...m.rich_content.content.map(rich));
  const p = h('p', { dir: 'auto' });
  const parts = mine(m) ? [m.content] : m.content.split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]])/);
  for (const part of parts) {
    p.append(/^https?:\/\//.test(part) && !mine(m) ? h('a', { href: part, target: '_blank' }, part) : part);
  }
  return p;
}

const initial = (name) => ([...(name || '').trim()][0] || '•').toUpperCase();

function bubble(m) {
  const name = mine(m) ? T.you : m.author_name || settings.teamName || '';
  const el = h('div', { class: mine(m) ? 'mine' : 'theirs', 'data-message': m.id, 'data-author': m.author_type },
    h('span', { class: 'vh' }, name + ': '));
  if (!mine(m)) el.append(h('i', { class: 'face', 'aria-hidden': 'true' }, initial(name)));
  if (m.content) el.append(words(m));
  const files = h('div', { class: 'files' }), meta = h('small', {});
  el.append(files, meta);
  let shownFiles;
  el.refresh = (m, next) => {
    if (shownFiles !== m.attachments) files.replaceChildren(...(shownFiles = m.attachments || []).map(fileView));
    const last = !next || mine(next) !== mine(m) || next.author_name !== m.author_name || Date.parse(next.created_at) - Date.parse(m.created_at) > 300000;
    el.classList.toggle('last', last);
    put(meta, last ? [mine(m) && !next ? T.sent : `\u2068${name}\u2069`, m.created_at && when(m.created_at, clock)].filter(Boolean).join(' · ') : '');
  };
  return el;
}

function pending(u) {
  const state = u.error ? 'failed' : doing.get(u.key) || 'sending';
  const el = h('div', { class: 'mine last ' + state, 'data-unsent': state });
  if (u.text) el.append(h('p', { dir: 'auto' }, u.text));
  el.append(h('div', { class: 'files' }, ...u.files.map(fileView)));
  el.append(u.error
    ? h('small', { role: 'alert' }, `${T.failed} ${u.error} `,
      h('button', { type: 'button', onclick: () => { again(u); text.focus(); } }, T.retry), ' ',
      h('button', { type: 'button', onclick: () => takeBack(u) }, T.edit))
    : h('small', {}, T[state]));
  return el;
}

function wanted() {
  const rows = [];
  const add = (k, make, ...now) => rows.push([k, make, now]);
  if (!messages.length) add('hello', () => bubble({ content: T.greeting, author_type: 'AI', author_name: settings.teamName }), { attachments: [] });
  messages.forEach((m, i) => add(m.id, () => bubble(m), m, messages[i + 1]));
  for (const u of outbox()) {
    if ((u.ticket || '') === (ticket || '')) add([u.key, doing.get(u.key), u.error].join(), () => pending(u));
  }
  return rows;
}

function drawLog() {
  const end = atEnd(), rows = wanted(), keys = new Set(rows.map(([k]) => k));
  for (const [k, el] of drawn) {
    if (keys.has(k)) continue;
    const focus = el.contains(root.activeElement);
    el.remove();
    drawn.delete(k);
    if (focus) text.focus();
  }
  let next = log.firstChild;
  for (const [k, make, now] of rows) {
    const el = drawn.get(k) || make();
    drawn.set(k, el);
    if (now.length) el.refresh(...now);
    if (el === next) next = next.nextSibling;
    else log.insertBefore(el, next);
  }
  if (end) toEnd();
  newest();
}

const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 80;
const toEnd = () => { log.scrollTop = log.scrollHeight; };

// newest offers the way down to whoever has read upwards while something came.
let seen = '';
function newest() {
  const last = messages.length ? messages.at(-1).id : '';
  if (atEnd()) seen = last;
  pill.hidden = !!beside || !last || last === seen || mine(messages.at(-1));
}
