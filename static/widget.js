/*! Signalbox chat. Apache-2.0. One file, no dependencies, nothing inline: it works under a strict CSP. */
(() => {
  'use strict';

  const script = document.currentScript || document.querySelector('script[data-token][src*="widget.js"]');
  const token = script && script.dataset.token;
  const earlier = window.Signalbox;
  if (!token || (earlier && earlier.open)) return; // nothing to talk to, or loaded twice

  const base = new URL('.', script.src).href;
  const api = base + 'api/conversations/v1/widget/';

  const T = {
    title: 'Chat with us', open: 'Open chat', close: 'Close chat', unread: 'unread', send: 'Send', you: 'You',
    message: 'Your message', placeholder: 'Write a message…', hello: 'Hello! How can we help?',
    email: 'Your email', name: 'Your name', who: 'So that we can answer you',
    sending: 'Sending…', retrying: 'No connection yet, trying again…', retry: 'Try again', edit: 'Edit',
    lost: 'Not sent yet.', offline: 'We cannot reach the server. Please check your connection.',
    broken: 'The server did not understand. Please try again.',
    resolved: 'This conversation is resolved. Write to reopen it.',
    fresh: 'New conversation', list: 'All conversations', none: 'No conversations yet.',
    log: 'Conversation', stale: 'Connection lost. Trying again…',
  };
  const LONGEST = 10000;
  const OPEN = 3000, CLOSED = 20000, SLOWEST = 60000; // milliseconds between two looks at the server

  // --- what survives a reload ---------------------------------------------------------------

  const memory = {};
  const key = (name) => `signalbox.${token}.${name}`;
  const load = (name) => {
    try { return JSON.parse(localStorage.getItem(key(name))); } catch { return memory[name] ?? null; }
  };
  const save = (name, value) => {
    memory[name] = value;
    try {
      if (value == null) localStorage.removeItem(key(name));
      else localStorage.setItem(key(name), JSON.stringify(value));
    } catch { /* storage is full or forbidden: this page still remembers */ }
  };

  const uuid = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    const b = crypto.getRandomValues(new Uint8Array(16)); // pages without https have only this
    b[6] = (b[6] & 15) | 64; b[8] = (b[8] & 63) | 128;
    const hex = [...b].map((x) => x.toString(16).padStart(2, '0')).join('');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  };
  const kept = (name) => {
    let value = load(name);
    if (typeof value !== 'string') save(name, value = uuid());
    return value;
  };

  let settings = null;
  let ticket = load('ticket');       // the conversation that is shown, null for a new one
  let used = load('used') === true;  // there is something to poll for
  let unsent = (load('unsent') || []).map((u) => ({ ...u, state: 'failed', error: u.error || T.lost }));
  let messages = [], cursor = null, status = '', tickets = [], listing = false;
  let shown = false, hidden = false, unread = 0, stale = false;

  // --- talking to the server ------------------------------------------------------------------

  class Refused extends Error {
    constructor(code, text, wait) {
      super(text);
      this.code = code;
      this.wait = wait;
      this.passing = code === 0 || code === 429 || code >= 500;
    }
  }

  async function ask(url, body) {
    const init = { headers: { 'X-Conversations-Token': token }, credentials: 'omit', cache: 'no-store' };
    if (AbortSignal.timeout) init.signal = AbortSignal.timeout(20000);
    if (body) {
      init.method = 'POST';
      init.headers['Content-Type'] = 'application/json';
      init.body = JSON.stringify(body);
    }
    let res;
    try { res = await fetch(url, init); } catch { throw new Refused(0, T.offline); }
    const answer = await res.json().catch(() => null);
    if (res.status === 200 && answer) return answer;
    const detail = answer && answer.details && Object.values(answer.details)[0];
    const wait = Number(res.headers.get('Retry-After')) * 1000;
    throw new Refused(res.status, (detail && detail[0]) || (answer && answer.error) || T.broken, wait);
  }

  const query = (values) => '?' + new URLSearchParams({ widget_session_id: kept('session'), ...values });

  async function loadThread() {
    const id = ticket;
    for (let more = true; more;) {
      const answer = await ask(`${api}messages/${id}${query(cursor ? { after: cursor } : {})}`);
      if (id !== ticket) return;
      for (const m of answer.messages) take(m);
      if (answer.messages.length) cursor = answer.messages[answer.messages.length - 1].created_at;
      status = answer.ticket_status;
      unread = answer.unread_count;
      more = answer.has_more && answer.messages.length > 0;
    }
    if (unread > 0 && shown && !listing && !document.hidden) {
      await ask(`${api}messages/${id}/read`, { widget_session_id: kept('session') });
      unread = 0;
    }
  }

  async function loadTickets() {
    const answer = await ask(`${api}tickets${query({ limit: 50 })}`);
    tickets = answer.results;
    unread = tickets.reduce((sum, t) => sum + t.unread_count, 0);
    // Whoever opens the chat because of the badge wants to see the answer, not an older thread.
    const waiting = tickets.find((t) => t.unread_count > 0);
    if (!shown && waiting && waiting.id !== ticket && !unsent.length) choose(waiting.id);
  }

  // take adds a message once. One that we believed lost and that has arrived is no longer unsent.
  function take(m) {
    if (messages.some((old) => old.id === m.id)) return;
    messages.push(m);
    messages.sort((a, b) => (a.created_at < b.created_at ? -1 : a.created_at > b.created_at ? 1 : 0));
    if (m.author_type !== 'customer') return;
    const i = unsent.findIndex((u) => u.state === 'failed' && u.text === m.content && (u.after || '') < m.created_at);
    if (i >= 0) drop(unsent[i]);
  }

  function choose(id) {
    if (id === ticket) return;
    ticket = id;
    save('ticket', id);
    messages = []; cursor = null; status = '';
  }

  // --- sending --------------------------------------------------------------------------------

  const remember = () => save('unsent', unsent.length
    ? unsent.map(({ text, ticket, after, at, error }) => ({ text, ticket, after, at, error })) : null);
  const drop = (u) => { unsent = unsent.filter((x) => x !== u); remember(); };

  function send(text) {
    // Kept before it is sent: closing the page now must not lose it.
    unsent.push({ text, ticket, after: cursor, at: Date.now(), state: 'queued', tries: 0 });
    remember();
    pump();
  }

  let pumping = false;
  async function pump() {
    if (pumping) return;
    pumping = true;
    for (let u; (u = unsent.find((x) => x.state === 'queued'));) {
      u.state = 'sending';
      draw();
      try {
        await deliver(u);
      } catch (e) {
        await putOff(u, e);
      }
      draw();
    }
    pumping = false;
    poll();
  }

  async function deliver(u) {
    const who = load('who') || {};
    const answer = await ask(api + 'message', {
      message: u.text, ticket_id: u.ticket, traits: { name: who.name || null, email: who.email || null },
      widget_session_id: kept('session'), distinct_id: kept('distinct'),
    });
    save('used', used = true);
    drop(u);
    if (!u.ticket) { // what was written meanwhile belongs to the same conversation
      for (const other of unsent) if (!other.ticket) other.ticket = answer.ticket_id;
      remember();
      if (!ticket) choose(answer.ticket_id);
    }
    if (ticket !== answer.ticket_id) return;
    status = answer.ticket_status;
    take({ id: answer.message_id, content: u.text, author_type: 'customer', created_at: answer.created_at });
  }

  async function putOff(u, e) {
    if (e.code === 404 && u.ticket) { // the conversation is gone, the words are not
      if (ticket === u.ticket) choose(null);
      u.ticket = null;
    }
    u.tries += 1;
    if (e.passing && u.tries < 4) {
      u.state = 'waiting';
      draw();
      await new Promise((done) => setTimeout(done, Math.min(e.wait || 1000 * 2 ** u.tries, 15000)));
      if (e.code === 0) await arrived(u);
      u.state = 'queued';
      return;
    }
    u.state = 'failed';
    u.error = e.message || T.broken;
    remember();
  }

  // arrived finds out whether a message whose answer got lost is on the server all the same.
  async function arrived(u) {
    u.state = 'failed'; // take() looks for failed ones
    try {
      if (!u.ticket) {
        await loadTickets();
        const start = [...u.text].slice(0, 500).join('').trim(); // as much as the list shows
        const made = tickets.find((t) => t.last_message === start && Date.parse(t.created_at) > u.at - 300000); // clocks differ
        if (!made) return;
        u.ticket = made.id;
        if (!ticket) choose(made.id);
      }
      if (u.ticket === ticket) await loadThread();
    } catch { /* still no connection */ }
  }

  async function again(u) {
    u.state = 'waiting';
    u.tries = 0;
    draw();
    await arrived(u);
    if (unsent.includes(u)) {
      u.ticket = u.ticket || ticket; // the customer reads it in this conversation
      u.state = 'queued';
    }
    pump();
  }

  // --- looking for answers -----------------------------------------------------------------------

  let timer = 0, pause = 0, looking = false, soon = false;
  async function poll() {
    clearTimeout(timer);
    if (document.hidden || hidden || !settings) return; // becoming visible calls again
    if (looking) return void (soon = true);
    if (used) {
      looking = true;
      soon = false;
      try {
        await (shown && ticket && !listing ? loadThread() : loadTickets());
        pause = 0;
        stale = false;
      } catch (e) {
        if (e.code === 404 || (e.code === 403 && e.message === 'Forbidden')) choose(null);
        pause = Math.min(Math.max(e.wait || 0, pause * 2, OPEN * 2), SLOWEST);
        stale = e.passing === true;
      }
      looking = false;
      draw();
    }
    if (soon) return poll();
    clearTimeout(timer);
    if (used && !document.hidden) timer = setTimeout(poll, pause || (shown && (ticket || listing) ? OPEN : CLOSED));
  }
  document.addEventListener('visibilitychange', poll);
  addEventListener('online', poll);
  addEventListener('storage', (e) => { // another tab went on with the conversation
    if (e.key === key('ticket') && !unsent.length) { choose(load('ticket')); used = load('used') === true; poll(); }
  });

  // --- drawing --------------------------------------------------------------------------------------

  const h = (tag, attributes, ...children) => {
    const el = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith('on')) el.addEventListener(name.slice(2), value);
      else if (value === true) el.setAttribute(name, '');
      else if (value !== false && value != null) el.setAttribute(name, value);
    }
    el.append(...children);
    return el;
  };
  const icon = (d) => {
    const make = (tag, attributes) => {
      const el = document.createElementNS('http://www.w3.org/2000/svg', tag);
      for (const name in attributes) el.setAttribute(name, attributes[name]);
      return el;
    };
    const svg = make('svg', {
      viewBox: '0 0 24 24', width: 22, height: 22, fill: 'none', stroke: 'currentColor',
      'stroke-width': 2, 'stroke-linecap': 'round', 'stroke-linejoin': 'round', 'aria-hidden': 'true',
    });
    svg.append(make('path', { d }));
    return svg;
  };
  const put = (el, text) => { if (el.textContent !== text) el.textContent = text; };

  const CHAT = 'M21 12a8 8 0 0 1-8 8H4l2-3.2A8 8 0 1 1 21 12z', CROSS = 'M6 6l12 12M18 6L6 18';
  const LIST = 'M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01', SEND = 'M12 19V5M5 12l7-7 7 7';

  const host = document.createElement('signalbox-chat'); // no page styles a name like this by accident
  const root = host.attachShadow({ mode: 'open' });

  const chatIcon = icon(CHAT), crossIcon = icon(CROSS);
  const badge = h('span', { class: 'badge', hidden: true });
  const launcher = h('button', { class: 'launcher', type: 'button', 'aria-haspopup': 'dialog', 'aria-expanded': 'false', onclick: () => (shown ? close() : open()) }, chatIcon, crossIcon, badge);
  const title = h('h2', { id: 'title' });
  const listButton = h('button', { class: 'plain', type: 'button', 'aria-label': T.list, title: T.list, hidden: true, onclick: () => { listing = !listing; draw(); poll(); } }, icon(LIST));
  const log = h('div', { class: 'log', role: 'log', 'aria-live': 'polite', 'aria-relevant': 'additions', 'aria-label': T.log, tabindex: '0' });
  const list = h('div', { class: 'log', hidden: true });
  const note = h('p', { class: 'note', role: 'status' });
  const email = h('input', { id: 'email', type: 'email', required: true, maxlength: '320', autocomplete: 'email' });
  const name = h('input', { id: 'name', maxlength: '400', autocomplete: 'name' });
  const nameField = h('label', {}, T.name, name);
  const emailField = h('label', {}, T.email, email);
  const whoTitle = h('b'), whoText = h('span');
  const who = h('div', { class: 'who', hidden: true }, h('p', {}, whoTitle, whoText), nameField, emailField);
  const text = h('textarea', { id: 'text', rows: '1', maxlength: LONGEST, 'aria-label': T.message, enterkeyhint: 'send', dir: 'auto' });
  const sendButton = h('button', { class: 'send', type: 'submit', 'aria-label': T.send }, icon(SEND));
  const form = h('form', { novalidate: true, onsubmit: submit }, who, h('div', { class: 'write' }, text, sendButton));
  const panel = h('div', { class: 'panel', role: 'dialog', 'aria-modal': 'true', 'aria-labelledby': 'title', tabindex: '-1', hidden: true, onkeydown: keys },
    h('header', {}, title, listButton, h('button', { class: 'plain', type: 'button', 'aria-label': T.close, onclick: close }, icon(CROSS))),
    log, list, note, form);

  function submit(e) {
    e.preventDefault();
    const words = text.value.trim();
    if (!words) return text.focus();
    if (!who.hidden) {
      if (!emailField.hidden && !email.reportValidity()) return email.focus();
      save('who', { name: name.value.trim(), email: email.value.trim() });
    }
    text.value = '';
    save('draft', null);
    grow();
    send(words);
    draw();
    log.scrollTop = log.scrollHeight;
    text.focus();
  }

  function grow() {
    text.rows = Math.min(6, Math.max(1, text.value.split('\n').length, Math.ceil(text.value.length / 42)));
  }
  text.addEventListener('input', () => { save('draft', text.value || null); grow(); });
  text.addEventListener('keydown', (e) => {
    if (e.key !== 'Enter' || e.shiftKey || e.isComposing) return;
    e.preventDefault();
    form.requestSubmit();
  });

  function keys(e) {
    if (e.key === 'Escape') {
      e.stopPropagation();
      close();
    }
    if (e.key !== 'Tab') return;
    const stops = [...panel.querySelectorAll('button,textarea,input,a[href],[tabindex="0"]')].filter((el) => el.getClientRects().length);
    const first = stops[0], last = stops[stops.length - 1], at = root.activeElement;
    if (e.shiftKey && (at === first || at === panel)) { e.preventDefault(); last.focus(); }
    if (!e.shiftKey && at === last) { e.preventDefault(); first.focus(); }
  }

  const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
  const calendar = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' });
  const when = (iso) => {
    const at = new Date(iso);
    return (at.toDateString() === new Date().toDateString() ? clock : calendar).format(at);
  };

  // Links of the team can be followed; a customer's words stay words.
  function words(m) {
    const p = h('p', { dir: 'auto' });
    if (m.author_type === 'customer') {
      p.textContent = m.content;
      return p;
    }
    for (const part of m.content.split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]])/)) {
      p.append(/^https?:\/\//.test(part) ? h('a', { href: part, target: '_blank', rel: 'noopener noreferrer nofollow' }, part) : part);
    }
    return p;
  }

  const bubble = (m) => h('div', { class: m.author_type === 'customer' ? 'mine' : 'theirs', 'data-message': m.id, 'data-author': m.author_type },
    words(m), h('small', {}, `${m.author_type === 'customer' ? T.you : m.author_name} · ${when(m.created_at)}`));

  function pending(u) {
    const box = h('div', { class: 'mine', 'data-unsent': u.state }, h('p', { dir: 'auto' }, u.text));
    if (u.state !== 'failed') {
      box.append(h('small', {}, u.state === 'waiting' ? T.retrying : T.sending));
      return box;
    }
    box.classList.add('failed');
    box.append(h('small', {}, u.error + ' ',
      h('button', { type: 'button', onclick: () => { again(u); text.focus(); } }, T.retry), ' ',
      h('button', { type: 'button', onclick: () => takeBack(u) }, T.edit)));
    return box;
  }

  function takeBack(u) {
    drop(u);
    text.value = text.value ? u.text + '\n' + text.value : u.text;
    save('draft', text.value);
    grow();
    draw();
    text.focus();
  }

  // Nodes that stay the same stay in place: a screen reader announces what is added, once.
  const drawn = new Map();
  function drawLog() {
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
    const wanted = [];
    if (!messages.length) wanted.push(['hello', () => h('div', { class: 'theirs' }, h('p', { dir: 'auto' }, settings.greetingText || T.hello))]);
    for (const m of messages) wanted.push([m.id, () => bubble(m)]);
    for (const u of unsent) {
      if (u.ticket && u.ticket !== ticket) continue;
      u.key = u.key || uuid();
      wanted.push([u.key + u.state + (u.error || ''), () => pending(u)]);
    }

    const keys = new Set(wanted.map(([k]) => k));
    for (const [k, el] of drawn) if (!keys.has(k)) { el.remove(); drawn.delete(k); }
    let next = log.firstChild;
    for (const [k, make] of wanted) {
      if (!drawn.has(k)) drawn.set(k, make());
      const el = drawn.get(k);
      if (el === next) next = next.nextSibling;
      else log.insertBefore(el, next);
    }
    if (atEnd) log.scrollTop = log.scrollHeight;
  }

  function drawList() {
    const fresh = h('button', { class: 'item', type: 'button', onclick: () => show(null) }, h('b', {}, T.fresh));
    const items = tickets.map((t) => h('button', { class: 'item', type: 'button', 'data-ticket': t.id, onclick: () => show(t.id) },
      h('b', {}, t.last_message || `#${t.ticket_number}`),
      h('small', {}, `${when(t.last_message_at || t.created_at)}${t.unread_count ? ` · ${t.unread_count} ${T.unread}` : ''}`)));
    const at = root.activeElement && root.activeElement.dataset.ticket;
    list.replaceChildren(fresh, ...items);
    const again = at && items.find((el) => el.dataset.ticket === at);
    if (again) again.focus();
  }

  function show(id) {
    listing = false;
    choose(id);
    draw();
    poll();
    text.focus();
  }

  let painted = '';
  function draw() {
    if (!settings) return;
    host.hidden = hidden;
    panel.hidden = !shown;
    launcher.setAttribute('aria-expanded', String(shown));
    launcher.setAttribute('aria-label', shown ? T.close : unread ? `${T.open}, ${unread} ${T.unread}` : T.open);
    chatIcon.toggleAttribute('hidden', shown);
    crossIcon.toggleAttribute('hidden', !shown);
    badge.hidden = !unread || shown;
    put(badge, unread > 9 ? '9+' : String(unread));
    if (!shown) return;

    put(title, listing ? T.list : settings.teamName || T.title);
    listButton.hidden = !used;
    list.hidden = !listing;
    log.hidden = form.hidden = listing;
    const asks = (settings.requireEmail || settings.collectName) && !used && !load('who');
    who.hidden = !asks;
    emailField.hidden = !settings.requireEmail;
    nameField.hidden = !settings.collectName;
    put(note, stale ? T.stale : !listing && status === 'resolved' ? T.resolved : '');
    if (!listing) return drawLog();
    const now = JSON.stringify(tickets);
    if (now !== painted || !list.firstChild) { painted = now; drawList(); }
  }

  // --- opening and closing -----------------------------------------------------------------------

  let back = null;
  const narrow = () => matchMedia('(max-width: 480px)').matches;
  const tab = (value) => { try { sessionStorage.setItem(key('open'), value); } catch { /* then it starts closed */ } };

  function open() {
    if (shown || hidden) return;
    back = document.activeElement;
    reveal();
    tab('1');
    // A telephone's keyboard would cover what there is to read.
    (narrow() ? panel : who.hidden ? text : nameField.hidden ? email : name).focus();
  }

  function reveal() {
    shown = true;
    draw();
    log.scrollTop = log.scrollHeight;
    poll();
  }

  function close() {
    if (!shown) return;
    const inside = host === document.activeElement;
    shown = listing = false;
    tab('');
    draw();
    if (inside) (back && back !== host && back !== document.body && back.isConnected ? back : launcher).focus();
    poll();
  }

  const commands = {
    open, close,
    show() { hidden = false; draw(); poll(); },
    hide() { close(); hidden = true; draw(); },
  };

  // --- starting -------------------------------------------------------------------------------------

  function paint() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    const color = /^#[0-9a-f]{6}$/i.test(settings.color || '') ? settings.color : '#2b5bd7';
    const part = (i) => { // sRGB to linear light, WCAG 2.2
      const c = parseInt(color.slice(i, i + 2), 16) / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    };
    const light = 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
    // One of the two always reaches 4.5 : 1.
    sheet.insertRule(`:host{--accent:${color};--on:${light > 0.179 ? '#000' : '#fff'}}`, sheet.cssRules.length);
    root.adoptedStyleSheets = [sheet];
    const position = settings.widgetPosition || '';
    host.classList.toggle('left', position.includes('left'));
    host.classList.toggle('top', position.includes('top'));
  }

  async function start() {
    for (let wait = 2000; !settings; wait = Math.min(wait * 2, SLOWEST)) {
      try {
        settings = (await ask(`${base}array/${encodeURIComponent(token)}/config`)).conversations;
      } catch (e) {
        if (!e.passing) return console.warn('Signalbox: ' + e.message);
        await new Promise((done) => setTimeout(done, Math.max(wait, e.wait || 0)));
      }
    }
    if (!settings.widgetEnabled) return;
    if (!document.body) await new Promise((done) => addEventListener('DOMContentLoaded', done, { once: true }));

    paint();
    text.placeholder = settings.placeholderText || T.placeholder;
    whoTitle.textContent = settings.identificationFormTitle || T.who;
    whoText.textContent = settings.identificationFormDescription || '';
    text.value = load('draft') || '';
    grow();
    root.append(panel, launcher);
    document.body.append(host);

    let wasOpen = false;
    try { wasOpen = sessionStorage.getItem(key('open')) === '1'; } catch { /* starts closed */ }
    if (wasOpen && !narrow()) reveal(); // without taking the focus from the page
    draw();
    poll();
    ready = true;
    for (const command of waiting) run(command);
  }

  // Commands that come before the settings do wait: Signalbox.push(['open']) works at any time,
  // also before this file has loaded, on a plain array.
  let ready = false;
  const waiting = Array.isArray(earlier) ? [...earlier] : [];
  function run(command) {
    if (!ready) return void waiting.push(command);
    const [what, ...values] = [].concat(command);
    if (Object.hasOwn(commands, what)) commands[what](...values);
    else console.warn('Signalbox: no command ' + what);
  }
  const facade = { push: run };
  for (const what of Object.keys(commands)) facade[what] = (...values) => run([what, ...values]);
  window.Signalbox = facade;

  const STYLE = `
:host { all: initial !important; display: block !important; position: static !important;
  --surface: #fff; --soft: #f0f0ed; --ink: #1d1f24; --ink-2: #565b66; --line: #dcdcd6; --field: #80858f; --bad: #b3261e;
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif !important; color-scheme: light dark !important }
@media (prefers-color-scheme: dark) { :host { --surface: #1b1d22; --soft: #2b2f37; --ink: #eceef2; --ink-2: #a7adb9; --line: #343842; --field: #7c8391; --bad: #ff8a80 } }
:host([hidden]), [hidden] { display: none !important }
* { box-sizing: border-box; margin: 0; font: inherit; letter-spacing: normal }
button { border: 0; background: none; color: inherit; cursor: pointer; padding: 0 }
:focus { outline: none } :focus-visible { outline: 2px solid var(--ink); outline-offset: 2px }
.launcher { position: fixed; z-index: 2147483000; bottom: 20px; right: 20px; width: 56px; height: 56px; border-radius: 50%;
  display: grid; place-items: center; background: var(--accent); color: var(--on); box-shadow: 0 2px 6px rgb(0 0 0/.2), 0 8px 24px rgb(0 0 0/.18) }
.launcher svg { width: 26px; height: 26px }
.badge { position: absolute; inset-block-start: -4px; inset-inline-end: -4px; min-width: 22px; height: 22px; padding: 0 6px; border-radius: 11px;
  background: #b3261e; color: #fff; font-size: 12px; font-weight: 650; line-height: 22px; text-align: center; box-shadow: 0 0 0 2px var(--surface) }
.panel { position: fixed; z-index: 2147483001; bottom: 88px; right: 20px; width: 376px; height: min(620px, calc(100vh - 108px)); height: min(620px, calc(100dvh - 108px));
  display: flex; flex-direction: column; overflow: hidden; border-radius: 14px; background: var(--surface); color: var(--ink);
  border: 1px solid var(--line); box-shadow: 0 4px 12px rgb(0 0 0/.1), 0 16px 48px rgb(0 0 0/.2); animation: rise .18s ease-out }
@keyframes rise { from { opacity: 0; transform: translateY(12px) } }
:host(.left) .launcher, :host(.left) .panel { left: 20px; right: auto }
:host(.top) .launcher { top: 20px; bottom: auto } :host(.top) .panel { top: 88px; bottom: auto }
header { display: flex; align-items: center; gap: 4px; padding-block: 12px; padding-inline: 18px 12px; border-block-end: 1px solid var(--line) }
h2 { flex: 1; min-width: 0; font-size: 16px; font-weight: 650; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.plain { width: 36px; height: 36px; display: grid; place-items: center; border-radius: 8px; color: var(--ink-2) } .plain:hover { background: var(--soft); color: var(--ink) }
.log { flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; scrollbar-width: thin; padding: 18px; display: flex; flex-direction: column; gap: 12px }
.log:focus-visible { outline-offset: -3px }
.log > :first-child { margin-block-start: auto } .log > .theirs:only-child, .log > .item:first-child { margin-block-start: 0 }
.mine, .theirs { max-width: 85%; display: flex; flex-direction: column; gap: 3px } .mine { align-self: flex-end; align-items: flex-end } .theirs { align-self: flex-start; align-items: flex-start }
.mine p, .theirs p { padding: 9px 13px; border-radius: 14px; white-space: pre-wrap; overflow-wrap: anywhere; max-width: 100% }
.mine p { background: var(--accent); color: var(--on); border-end-end-radius: 4px } .theirs p { background: var(--soft); border-end-start-radius: 4px }
a { color: inherit; text-decoration: underline; text-underline-offset: 2px }
small { font-size: 12px; color: var(--ink-2); padding: 0 4px }
.failed p { background: none; color: var(--ink); border: 1px dashed var(--bad) } .failed small { color: var(--bad); text-align: end }
small button { color: var(--ink); text-decoration: underline; text-underline-offset: 2px; padding: 4px }
.note { font-size: 13px; color: var(--ink-2); text-align: center; padding: 0 18px 8px } .note:empty { padding: 0 }
form { border-block-start: 1px solid var(--line); padding: 12px }
.who { display: grid; gap: 8px; padding-block-end: 12px; font-size: 13px } .who p { color: var(--ink-2) } .who b { display: block; color: var(--ink); font-weight: 650 }
.who label { display: grid; gap: 3px; color: var(--ink-2) }
input, textarea { width: 100%; border: 1px solid var(--field); border-radius: 10px; background: var(--surface); color: var(--ink); padding: 8px 12px; font-size: 15px }
input:focus-visible, textarea:focus-visible { outline-offset: -1px }
::placeholder { color: var(--ink-2); opacity: 1 }
.write { display: flex; align-items: flex-end; gap: 8px } textarea { resize: none; min-height: 40px; max-height: 160px }
.send { flex: none; width: 40px; height: 40px; border-radius: 50%; display: grid; place-items: center; background: var(--accent); color: var(--on) }
.item { display: grid; gap: 2px; text-align: start; padding: 10px 12px; border: 1px solid var(--line); border-radius: 10px; flex: none } .item:hover { background: var(--soft) }
.item b { font-weight: 550; overflow: hidden; text-overflow: ellipsis; white-space: nowrap } .item small { padding: 0 }
@media (max-width: 480px) { .panel, :host(.left) .panel, :host(.top) .panel { inset: 0; width: auto; height: 100vh; height: 100dvh; border: 0; border-radius: 0 }
  .panel:not([hidden]) ~ .launcher { display: none } .plain { width: 44px; height: 44px } .send { width: 44px; height: 44px } input, textarea { font-size: 16px; min-height: 44px } }
@media (prefers-reduced-motion: reduce) { .panel { animation: none } }
@media (forced-colors: active) { .mine p, .theirs p, .launcher, .send { border: 1px solid } }
`;

  start();
})();
