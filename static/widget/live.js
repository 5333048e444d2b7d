// What is new: told by the desk's stream of events, and asked for where no stream comes through. Quiet in hidden tabs.

let stream = null, timer = 0, hint = 0, looking = false, more = 0, looks = 0, looked = 0, pause = 0;
let trouble = '';

const awake = () => settings && !hidden && !document.hidden;

// live opens the stream anew. The desk finds out at its beginning whose conversations these are.
function live() {
  if (stream) stream.close();
  stream = null;
  if (!awake() || !used) return;
  const mine = stream = new EventSource(`${base}${api}events${query({ token })}`);
  mine.onopen = () => look(true);
  mine.onmessage = () => { // the timer is set anew by a look that began before this, and may have read too early
    hint ||= setTimeout(() => { hint = 0; look(true); }, Math.max(0, looked + 1000 - Date.now()));
  };
  mine.onerror = () => { // a refused stream does not come back by itself
    if (mine.readyState === 2) setTimeout(() => { if (mine === stream) live(); }, 60000);
    look();
  };
}

const rest = () => {
  if (pause) return pause;
  if (stream && stream.readyState === 1) return 60000;
  return shown && (ticket || beside) ? 3000 : 20000;
};

async function look(all) {
  clearTimeout(timer);
  if (looking) more = Math.max(more, all ? 2 : 1);
  if (looking || !awake() || !used) return;
  looking = true;
  looked = Date.now();
  try {
    const open = shown && ticket && !beside;
    if (open) await loadThread();
    if (all || !open || looks++ % 10 === 0) await loadTickets();
    pause = 0;
    trouble = '';
  } catch (e) {
    failed(e);
  }
  looking = false;
  count();
  draw();
  if (more) {
    const all = more > 1;
    more = 0;
    return look(all);
  }
  clearTimeout(timer);
  if (awake()) timer = setTimeout(look, rest());
}

function failed(e) {
  if (e.code === 1) {
    more = 2;
  } else if (ticket && gone(e)) {
    choose('');
    more = 2;
  } else {
    pause = Math.min(Math.max(e.wait || 0, pause * 2, 6000), 60000);
    trouble = e.passing ? T.stale : e.message;
  }
}

function wake() {
  live();
  look(true);
}

// What waits only for a connection goes out when there is one again.
function online() {
  for (const u of outbox()) if (u.lost && u.error) keep({ ...u, error: null });
  for (const f of tray) if (f.lost && f.error) upload(f);
  pause = 0;
  pump();
  wake();
}
