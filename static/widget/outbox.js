// Sending. A message is kept before it goes out and until the desk has it: closing the page loses nothing. The list
// lies in the storage that all tabs of the browser share, and one tab at a time sends from it.

const outbox = () => (load(own('unsent')) || []).filter((u) => u && u.key);
const doing = new Map(); // key of an unsent message: what this tab is doing with it

function keep(u) {
  const list = outbox(), i = list.findIndex((x) => x.key === u.key);
  if (i < 0) list.push(u);
  else list[i] = u;
  save(own('unsent'), list);
}

function drop(u) {
  const rest = outbox().filter((x) => x.key !== u.key);
  save(own('unsent'), rest.length ? rest : null);
}

function send(words, files) {
  keep({ key: uuid(), text: words, files, ticket: ticket || '', after: cursor, at: Date.now() });
  pump();
}

let pumping = false;
async function pump() {
  if (pumping || !outbox().some((u) => !u.error)) return;
  pumping = true;
  draw();
  try {
    await navigator.locks.request(key('send'), empty);
  } catch {
    await empty(); // pages without https have no locks; two of their tabs may send a message of a third twice
  }
  pumping = false;
  doing.clear();
  draw();
  look();
  pump(); // who signed in meanwhile has messages of their own
}

async function empty() {
  const asked = age, tries = new Map();
  for (let u; asked === age && (u = outbox().find((x) => !x.error));) {
    doing.set(u.key, 'sending');
    draw();
    try {
      await deliver(u);
    } catch (e) {
      if (asked !== age) return;
      tries.set(u.key, (tries.get(u.key) || 0) + 1);
      await putOff(u, e, tries.get(u.key));
    }
    draw();
  }
}

async function deliver(u) {
  if (u.tried && await arrived(u)) return; // its answer got lost, or its page was closed
  keep({ ...u, tried: true });
  const answer = await ask(api + 'message', {
    message: u.text, ticket_id: u.ticket || null, attachment_ids: u.files.map((f) => f.id),
    distinct_id: identity?.distinctId || kept('distinct'),
    traits: { ...identity?.traits, ...who },
  });
  landed(u, answer.ticket_id);
  if (ticket !== answer.ticket_id) return;
  status = answer.ticket_status;
  take({ id: answer.message_id, content: u.text, author_type: 'customer', created_at: answer.created_at, attachments: u.files });
  if (u.files.length) cursor = null; // the desk has addresses for them
}

// landed files a message's conversation: what was written meanwhile belongs to it too.
function landed(u, id) {
  drop(u);
  if (!used) save(own('used'), used = true);
  if (!u.ticket) {
    for (const other of outbox()) if (!other.ticket) keep({ ...other, ticket: id });
    if (!ticket) {
      const words = text.value;
      choose(id);
      text.value = words;
      remember();
    }
    live();
  }
  pulse();
}

const isIt = (u, m) => m.author_type === 'customer' && m.content === u.text && (u.after || '') < m.created_at
  && (m.attachments || []).length === u.files.length;

// arrived finds out whether a message is on the server already. It asks without `after`: answers to that leave out
// what is younger than 10 s.
async function arrived(u) {
  let id = u.ticket;
  if (!id) {
    const start = [...u.text].slice(0, 500).join('').trim(); // as much as the list shows
    const { results } = await ask(`${api}tickets${query({ limit: 10 })}`);
    const made = results.find((t) => t.last_message === start && Date.parse(t.created_at) > u.at - 300000); // clocks differ
    if (!made) return false;
    id = made.id;
  }
  const answer = await ask(`${api}messages/${id}${query()}`);
  if (!answer.messages.some((m) => isIt(u, m))) return false;
  landed(u, id);
  cursor = null;
  return true;
}

async function putOff(u, e, tries) {
  if (u.ticket && gone(e)) { // the conversation is gone, the words are not
    if (ticket === u.ticket) {
      ticket = '';
      save(own('ticket'), '');
      clear();
    }
    keep({ ...u, ticket: '', after: null });
    return;
  }
  const wait = e.wait || 1000 * 2 ** tries;
  if (e.passing && tries < 4 && wait <= 15000) {
    doing.set(u.key, 'retrying');
    draw();
    await Promise.race([sleep(wait), new Promise((done) => addEventListener('online', done, { once: true }))]);
    keep({ ...u, tried: true });
    return;
  }
  keep({ ...u, tried: true, error: e.message || T.broken, lost: !e.code });
}

// again sends what was not sent; the visitor reads it in the conversation that is open.
function again(u) {
  keep({ ...u, error: null, ticket: u.ticket || ticket || '' });
  pump();
}

function takeBack(u) {
  drop(u);
  text.value = text.value ? u.text + '\n' + text.value : u.text;
  tray.push(...u.files);
  remember();
  draw();
  text.focus();
}
