// What is on the screen, drawn from what is known; drawing twice changes nothing.

let shown = false, hidden = false;
let beside = ''; // what is shown in the thread's place: 'list', 'find' or nothing

function draw() {
  if (!settings) return;
  host.hidden = hidden;
  stage.classList.toggle('open', shown);
  panel.hidden = !shown;
  launcher.setAttribute('aria-expanded', String(shown));
  launcher.setAttribute('aria-label', shown ? T.close : unread ? `${T.open}, ${fill(T.unread, 'n', number(unread))}` : T.open);
  badge.hidden = !unread || shown;
  put(badge, unread > 9 ? '9+' : number(unread));
  if (shown) drawPanel();
}

function drawPanel() {
  put(title, T[beside] || embed.title || settings.teamName || T.title);
  put(sub, away());
  put(face, initial(title.textContent));
  face.hidden = !!beside;
  sub.hidden = !sub.textContent;
  back.hidden = beside === 'list' || !(beside || used);
  back.title = used ? T.list : T.log;
  back.setAttribute('aria-label', back.title);
  back.classList.toggle('news', unread > (counts.get(ticket) || 0));
  list.hidden = foot.hidden = beside !== 'list';
  findBox.hidden = beside !== 'find';
  log.hidden = form.hidden = !!beside;
  earlierHere.hidden = !!beside || !!used || !embed.restores;
  earlierThere.hidden = !embed.restores;
  const first = formNeeded();
  whoBox.hidden = !!beside || !(first || asks());
  emailField.box.hidden = first && !settings.requireEmail;
  nameField.box.hidden = !first || !settings.collectName;
  whoHead.hidden = !first;
  yes.hidden = no.hidden = first;
  whoBox.classList.toggle('ask', !first);
  put(emailField.name, first ? T.email : T.ask);
  const told = load(own('asked')) && who.email && fill(T.saved, 'email', who.email);
  put(note, trouble || (posting && T.uploading) || (!beside && ((status === 'resolved' && T.resolved) || told)) || '');
  if (beside) return drawList();
  drawTray();
  drawLog();
  sendButton.classList.toggle('ready', !!text.value.trim() || tray.length > 0);
}

const formNeeded = () => !messages.length && !identity
  && ((settings.requireEmail && !who.email) || (settings.collectName && !who.name && !who.email));

// The email is asked for after the first message, unless the team wants it before.
const asks = () => embed.askEmail && messages.some(mine) && !who.email && !load(own('asked'));

function answered() {
  save(own('asked'), true);
  draw();
  text.focus();
}

async function introduce() {
  if (formNeeded()) return submit();
  if (!introduced(true)) return;
  try {
    await ask(api + 'profile', { traits: who });
    answered();
  } catch (e) {
    blame(emailField.input, e.message);
  }
}

// --- the list -----------------------------------------------------------------------------

let painted = '';
function drawList() {
  const now = JSON.stringify([tickets, [...counts], locale]);
  if (now === painted) return;
  painted = now;
  const focused = root.activeElement?.dataset.ticket;
  list.replaceChildren(...tickets.map((t) => {
    const at = t.last_message_at || t.created_at, n = counts.get(t.id);
    return h('button', { class: 'item' + (n ? ' news' : ''), type: 'button', 'data-ticket': t.id, onclick: () => showThread(t.id) },
      h('b', { dir: 'auto' }, t.last_message || `#${t.ticket_number}`),
      h('small', {}, when(at)),
      n ? h('span', { class: 'badge' }, h('span', { class: 'vh' }, fill(T.unread, 'n', '')), number(n)) : '');
  }));
  if (focused) [...list.children].find((el) => el.dataset.ticket === focused)?.focus();
}

function turn(to) {
  beside = to;
  draw();
  look(!!to);
}

function visit(to) {
  turn(to);
  ({ list: list.firstChild || fresh, find: findField.input }[to] || text).focus();
}

function showThread(id) {
  choose(id);
  visit('');
  toEnd();
}

// --- writing ------------------------------------------------------------------------------

function submit() {
  const said = text.value.trim();
  if (!said && !tray.length) return text.focus();
  if (formNeeded() && !introduced(settings.requireEmail)) return;
  const late = tray.find((f) => !f.id);
  if (late) {
    posting = !tray.some((f) => f.error);
    draw();
    if (!posting) tray.find((f) => f.error).el.querySelector('button:not([hidden])').focus();
    return;
  }
  const files = tray.map(({ id, name, size }) => ({ id, name, size }));
  posting = false;
  text.value = '';
  tray = [];
  remember();
  send(said, files);
  draw();
  toEnd();
  text.focus();
}

// introduced takes what the form says; wrong entries stay and say so.
function introduced(needed) {
  const { input } = emailField, email = input.value.trim(), name = nameField.input.value.trim();
  if (needed && !email || !input.validity.valid) {
    blame(input, T.badEmail);
    input.focus();
    return false;
  }
  save(own('who'), who = { ...who, ...(email && { email }), ...(name && { name }) });
  return true;
}

function grow() {
  text.dir = text.value ? 'auto' : ''; // an empty field has the direction of its hint
  text.rows = Math.min(6, Math.max(1, text.value.split('\n').length, Math.ceil(text.value.length / 38)));
}

// --- when somebody answers ------------------------------------------------------------------

let hours = null, asked = 0;
async function askHours() {
  if (Date.now() < asked + 300000) return;
  asked = Date.now();
  try {
    hours = await ask(api + 'availability' + query());
    draw();
  } catch { /* then nothing is promised */ }
}

function away() {
  if (!hours || beside) return '';
  const promise = hours.answer_minutes ? fill(T.reply, 'time', span(hours.answer_minutes)) : '';
  if (hours.open) return promise;
  const at = hours.opens_at;
  const day = at && Date.parse(at) - Date.now() > 6 * 864e5 ? { day: 'numeric', month: 'long' } : { weekday: 'long' };
  return [at ? fill(T.away, 'time', moment(at, { ...day, ...clock })) : T.closed, promise].filter(Boolean).join('\n');
}
