// What outlives the page. localStorage may be full or forbidden; then this window's own storage serves, and when
// that fails too, this page remembers and the visitor is asked before it closes (see guard in commands.js).

const key = (name) => `signalbox.${token}.${name}`;
const memory = new Map();

const load = (name) => {
  if (memory.has(name)) return memory.get(name);
  for (const kind of ['localStorage', 'sessionStorage']) {
    try {
      const value = JSON.parse(window[kind].getItem(key(name)));
      if (value != null) return value;
    } catch { /* forbidden, or not ours */ }
  }
  return null;
};

const save = (name, value) => {
  let kept = value == null;
  memory.delete(name);
  for (const kind of ['localStorage', 'sessionStorage']) {
    try {
      if (!kept) {
        window[kind].setItem(key(name), JSON.stringify(value));
        kept = true;
        continue;
      }
    } catch { /* what was there before must not come back */ }
    try { window[kind].removeItem(key(name)); } catch { /* forbidden */ }
  }
  if (!kept) memory.set(name, value);
};

const kept = (name) => {
  let value = load(name);
  if (typeof value !== 'string') save(name, value = uuid());
  return value;
};
