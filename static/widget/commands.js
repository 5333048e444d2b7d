// What pages may ask of it, and how it begins.

const listeners = {};
function on(event, fn) {
  const all = listeners[event] ||= new Set();
  all.add(fn);
  if (event === 'ready' && ready) tell(fn);
  return () => all.delete(fn);
}
const tell = (fn, value) => { try { fn(value); } catch (e) { console.error(e); } };
const emit = (event, value) => (listeners[event] || []).forEach((fn) => tell(fn, value));

const warn = (e) => console.warn('Signalbox: ' + e.message);

let returnTo = null;

// The panel stays open from page to page of one tab.
const inTab = (value) => { try { sessionStorage.setItem(key('open'), value); } catch { /* then it starts closed */ } };
const wasOpen = () => { try { return sessionStorage.getItem(key('open')); } catch { return ''; } };

function open() {
  if (shown || hidden) return;
  returnTo = document.activeElement;
  tune();
  reveal();
  inTab('1');
  // A telephone's keyboard would cover what there is to read.
  const first = whoBox.hidden ? text : settings.collectName ? nameField.input : emailField.input;
  (narrow.matches ? panel : first).focus();
  emit('open');
}

function reveal() {
  shown = true;
  draw();
  toEnd();
  askHours();
  look(true);
}

function close() {
  if (!shown) return;
  const inside = host === document.activeElement;
  shown = false;
  beside = '';
  inTab('');
  draw();
  const to = returnTo && returnTo !== host && returnTo !== document.body && returnTo.isConnected ? returnTo : launcher;
  if (inside) to.focus();
  emit('close');
}

const toggle = () => (shown ? close() : open());

const commands = {
  open, close, toggle, identify, reset,
  show() { hidden = false; draw(); wake(); },
  hide() { close(); hidden = true; draw(); live(); },
  async update({ embed: own, ...changes }) {
    const { language, strings, ...rest } = own || {};
    if (language) embed.language = (await configure(language === 'auto' ? languages() : ['!' + language])).embed.language;
    settings = { ...settings, ...changes };
    embed = { ...embed, ...rest };
    const { greetingText: greeting, placeholderText: placeholder } = changes;
    T = { ...T, ...(greeting && { greeting }), ...(placeholder && { placeholder }), ...(strings || {})[embed.language] };
    paint();
  },
};

// Commands that come before the settings do wait.
let ready = false;
const waiting = [];
function run(command) {
  if (typeof command === 'function') return tell(command, facade);
  const [what, ...values] = [].concat(command);
  if (what === 'on') return on(...values);
  if (!Object.hasOwn(commands, what)) return warn({ message: 'no command ' + what });
  if (!ready) waiting.push(command);
  else (async () => commands[what](...values))().catch(warn);
}
const facade = { push: run, on };
for (const what of Object.keys(commands)) facade[what] = (...values) => run([what, ...values]);

// keys keeps the focus inside while the panel is open.
function keys(e) {
  if (e.key === 'Escape') {
    e.stopPropagation();
    close();
  }
  if (e.key !== 'Tab') return;
  const stops = [...panel.querySelectorAll('button,textarea,input,a[href],[tabindex="0"]')].filter((el) => el.getClientRects().length);
  const at = root.activeElement, last = stops.at(-1);
  if (e.shiftKey ? at !== stops[0] && at !== panel : at !== last) return;
  e.preventDefault();
  (e.shiftKey ? last : stops[0]).focus();
}

function typed(e) {
  if (e.key !== 'Enter' || e.shiftKey || e.isComposing || (narrow.matches && matchMedia('(pointer: coarse)').matches)) return;
  e.preventDefault();
  submit();
}

// Files may be dropped anywhere on the panel.
function drag(e) {
  if (beside || !attaches() || !e.dataTransfer.types.includes('Files')) return;
  e.preventDefault();
  dropZone.hidden = e.type === 'drop' || (e.type === 'dragleave' && !panel.contains(e.relatedTarget));
  if (e.type === 'drop') addFiles(e.dataTransfer.files);
}

// guard asks before a page closes whose words or files lie nowhere but in it.
function guard(e) {
  if (memory.has(own('unsent')) || memory.has(own('drafts')) || tray.some((f) => !f.id && (f.lost || !f.error))) e.preventDefault();
}

function listen() {
  panel.addEventListener('keydown', keys);
  for (const type of ['dragenter', 'dragover', 'dragleave', 'drop']) panel.addEventListener(type, drag);
  text.addEventListener('keydown', typed);
  text.addEventListener('input', () => { remember(); draw(); });
  text.addEventListener('paste', (e) => {
    if (!e.clipboardData.files.length || !attaches()) return;
    e.preventDefault();
    addFiles(e.clipboardData.files);
  });
  document.addEventListener('visibilitychange', wake);
  addEventListener('online', online);
  addEventListener('storage', elsewhere);
  addEventListener('beforeunload', guard);
  night.addEventListener('change', shade);
  visualViewport.addEventListener('resize', fit);
  visualViewport.addEventListener('scroll', fit);
  fit();
}

async function boot() {
  if (!token || (earlier && earlier.identify && !Array.isArray(earlier))) return; // nothing to talk to, or loaded twice
  const link = takeLink();
  window.Signalbox = facade;
  if (Array.isArray(earlier)) earlier.forEach(run);
  for (let wait = 2000; !settings; wait = Math.min(wait * 2, 60000)) {
    try {
      const found = await configure(languages());
      if (!found.widgetEnabled) return;
      settings = found;
      embed = settings.embed;
    } catch (e) {
      if (!e.passing) throw e;
      await sleep(Math.max(wait, e.wait || 0));
    }
  }
  if (!document.body) await new Promise((done) => addEventListener('DOMContentLoaded', done, { once: true }));

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  root.append(stage);
  begin();
  recall();
  paint();
  listen();
  document.documentElement.append(host); // outside of what single-page sites replace
  ready = true;
  for (const command of waiting) tell(run, command);
  if (wasOpen() && !shown && !hidden && !narrow.matches) reveal(); // without taking the focus from the page
  emit('ready');
  live();
  look(true);
  pump();
  if (link != null) await restore(link);
}

boot().catch(warn);
