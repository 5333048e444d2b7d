// The elements. Text goes in as text and colours through the CSSOM: a strict policy of the page changes nothing.

const h = (tag, attributes, ...children) => {
  const el = document.createElementNS(`http://www.w3.org/${/svg|path/.test(tag) ? '2000/svg' : '1999/xhtml'}`, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on', {})) el.addEventListener(name.slice(2), value);
    else if (value != null) el.setAttribute(name, value);
  }
  el.append(...children);
  return el;
};

const icon = (d) => h('svg', { viewBox: '0 0 24 24', 'aria-hidden': true }, h('path', { d }));

const put = (el, words) => { if (el.textContent !== words) el.textContent = words; };

const CHAT = 'M21 11.5a8.4 8.4 0 0 1-12 7.6L3.5 20.5 5 15.3a8.4 8.4 0 1 1 16-3.8z', DOWN = 'M6 9.5l6 6 6-6';
const CROSS = 'M6 6l12 12M18 6L6 18', BACK = 'M15 5l-7 7 7 7', SEND = 'M12 19V5M5.5 11.5L12 5l6.5 6.5';
const CLIP = 'M21 11l-9 9a5.5 5.5 0 0 1-8-8l9-9a3.7 3.7 0 0 1 5 5l-9 9a1.8 1.8 0 0 1-2.5-2.5l8-8';
const PAGE = 'M14 3H6v18h12V7zM14 3v4h4';

const host = document.createElement('signalbox-chat'); // no page styles a name like this by accident
const root = host.attachShadow({ mode: 'open' });

// Names that label() gives in the visitor's language.
const named = [];
const button = (name, d, onclick, attributes) => {
  const el = h('button', { class: 'plain', type: 'button', onclick, ...attributes }, icon(d));
  named.push([el, name]);
  return el;
};

const badge = h('span', { class: 'badge' });
const launcher = button('open', CHAT, () => toggle(), { class: 'launcher', 'aria-haspopup': 'dialog' });
launcher.append(icon(DOWN), badge);
const corner = h('section', {}, launcher);

const back = button('list', BACK, () => visit(used ? 'list' : ''), { class: 'plain back' });
const face = h('i', { class: 'face', 'aria-hidden': 'true' });
const title = h('h2', { id: 'title' }), sub = h('p', { id: 'sub' });
const head = h('header', {}, back, face, h('div', {}, title, sub), button('close', CROSS, () => close()));

const log = h('div', { class: 'log', role: 'log', tabindex: 0, onscroll: () => newest() });
named.push([log, 'log']);
const list = h('div', { class: 'log list' });
const noise = h('input', { type: 'checkbox', onchange: () => { save('sound', noise.checked); tune(); } });
const noiseName = h('span', {});
const fresh = h('button', { class: 'fresh', type: 'button', onclick: () => showThread('') });
const returning = () => h('button', { class: 'earlier', type: 'button', onclick: () => find('') });
const earlierHere = returning(), earlierThere = returning();
const foot = h('div', { class: 'foot' }, fresh, earlierThere, h('label', {}, noise, noiseName));
const pill = h('button', { class: 'pill', type: 'button', onclick: () => { toEnd(); text.focus(); } });
const note = h('p', { class: 'note', role: 'status' });

const field = (id, attributes) => {
  const input = h('input', { id, ...attributes }), name = h('span', {}), wrong = h('small', { id: id + '-wrong', role: 'alert' });
  input.setAttribute('aria-describedby', wrong.id);
  input.addEventListener('input', () => blame(input, ''));
  return { input, name, wrong, box: h('label', {}, name, input, wrong) };
};
const blame = (input, words) => {
  put(input.nextSibling, words);
  input.setAttribute('aria-invalid', String(!!words));
};
const nameField = field('name', { maxlength: 400, autocomplete: 'name' });
const emailField = field('email', { type: 'email', maxlength: 320, autocomplete: 'email', dir: 'ltr' });
const whoTitle = h('b', {}), whoText = h('span', {}), whoHead = h('p', {}, whoTitle, whoText);
const yes = h('button', { class: 'fresh', type: 'submit' }), no = button('later', CROSS, () => answered());
const whoBox = h('form', { class: 'who', novalidate: '', onsubmit: (e) => { e.preventDefault(); introduce(); } },
  whoHead, nameField.box, emailField.box, yes, no);

const findField = field('address', { type: 'email', maxlength: 320, autocomplete: 'email', dir: 'ltr' });
const findSaid = h('p', { id: 'said', role: 'status' }), findText = h('p', {}), findSend = h('button', { class: 'fresh', type: 'submit' });
findField.input.setAttribute('aria-describedby', 'said address-wrong');
const findForm = h('div', {}, findText, findField.box, findSend);
const findBox = h('form', { class: 'log find', novalidate: '', onsubmit: (e) => { e.preventDefault(); requestLink(); } }, findSaid, findForm);

const trayBox = h('ul', {});
const picker = h('input', { type: 'file', multiple: '', hidden: '', onchange: () => { addFiles(picker.files); picker.value = ''; } });
const attach = button('attach', CLIP, () => picker.click());
const text = h('textarea', { id: 'text', rows: 1, maxlength: LONGEST, dir: 'auto' });
named.push([text, 'message']);
const sendButton = button('send', SEND, null, { class: 'send', type: 'submit' });
const form = h('form', { class: 'write', onsubmit: (e) => { e.preventDefault(); submit(); } },
  trayBox, h('div', {}, attach, picker, text, sendButton));

const dropZone = h('div', { class: 'drop', hidden: '' });
const panel = h('div', { class: 'panel', role: 'dialog', 'aria-modal': 'true', 'aria-labelledby': 'title', 'aria-describedby': 'sub', tabindex: -1 },
  head, log, list, findBox, earlierHere, pill, note, whoBox, form, foot, dropZone);
const stage = h('div', { class: 'stage' }, panel, corner);

function label() {
  for (const [el, name] of named) {
    el.setAttribute('aria-label', T[name]);
    if (el.type === 'button') el.title = T[name];
  }
  corner.setAttribute('aria-label', settings.teamName || T.title);
  text.placeholder = T.placeholder;
  put(nameField.name, T.name);
  put(whoTitle, settings.identificationFormTitle || T.who);
  put(whoText, settings.identificationFormDescription);
  put(yes, T.save);
  put(fresh, T.new);
  put(noiseName, T.sound);
  put(pill, T.latest);
  put(dropZone, T.drop);
  for (const el of [earlierHere, earlierThere]) put(el, T.find);
  put(findText, T.findText);
  put(findField.name, T.email);
  put(findSend, T.findSend);
  findForm.hidden = !embed.restores;
}
