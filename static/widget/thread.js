// The conversations of this visitor, and the one that is shown.

let messages = [], cursor = null, status = '';
let tickets = [], known = false; // known: the list has been read once
const counts = new Map();        // unread messages of each conversation
let unread = 0;

function clear() {
  messages = [];
  cursor = null;
  status = '';
}

// choose shows another conversation; '' begins a new one.
function choose(id) {
  if (id === ticket) return;
  ticket = id;
  save(own('ticket'), id);
  clear();
  recall();
}

async function loadThread() {
  const id = ticket;
  const first = !cursor || expired();
  const quiet = first || counts.get(id) > 0; // the list has told of these
  let after = first ? null : cursor;
  for (let more = true; more;) {
    const answer = await ask(`${api}messages/${id}${query(after ? { after } : {})}`);
    if (id !== ticket) return;
    for (const m of answer.messages) take(m, quiet);
    if (answer.messages.length) after = cursor = answer.messages.at(-1).created_at;
    status = answer.ticket_status;
    counts.set(id, answer.unread_count);
    more = answer.has_more && answer.messages.length > 0;
  }
  if (counts.get(id) && reading()) {
    counts.set(id, 0);
    await ask(`${api}messages/${id}/read`, {});
    pulse();
  }
}

const reading = () => shown && ticket && !beside && !document.hidden;

// Addresses of files are signed for a while; the thread is read anew before they end.
const expired = () => messages.some((m) => (m.attachments || []).some((f) => {
  const end = /[?&]e=(\d+)/.exec(f.url);
  return end && end[1] * 1000 < Date.now() + 60000;
}));

async function loadTickets() {
  const answer = await ask(`${api}tickets${query({ limit: 50 })}`);
  tickets = answer.results.sort((a, b) => Date.parse(b.last_message_at) - Date.parse(a.last_message_at));
  for (const t of tickets) {
    const more = t.unread_count > (counts.get(t.id) || 0);
    counts.set(t.id, t.unread_count);
    if (more && known && !(reading() && t.id === ticket)) heard({ ticketId: t.id, author: '', text: t.last_message });
  }
  known = true;
  // Whoever opens the chat because of the badge wants to see the answer, not an older thread.
  const next = tickets.find((t) => t.unread_count) || (ticket == null && tickets.find((t) => t.status !== 'resolved'));
  if ((!shown || ticket == null) && next && next.id !== ticket && !text.value && !tray.length) {
    choose(next.id);
    more ||= 1;
  }
}

// take adds a message once. One that we believed lost and that has arrived is no longer unsent.
function take(m, quiet) {
  const old = messages.find((x) => x.id === m.id);
  if (old) {
    old.attachments = m.attachments;
    return;
  }
  messages.push(m);
  messages.sort((a, b) => (a.created_at > b.created_at) - (a.created_at < b.created_at));
  if (m.author_type === 'customer') {
    const u = outbox().find((x) => x.tried && x.ticket === ticket && isIt(x, m));
    if (u) drop(u);
  } else if (!quiet) {
    heard({ ticketId: ticket, author: m.author_name, text: m.content });
  }
}

function heard(message) {
  emit('message', message);
  ding();
}

function count() {
  const before = unread;
  unread = [...counts.values()].reduce((a, b) => a + b, 0);
  if (unread !== before) emit('unread', unread);
}
