// Who sits here. What a visitor leaves behind lies in one of two places: what nobody has signed in for, and what
// belongs to the one person who has. The proof of identity is never stored: a page that does not prove who its
// visitor is shows them nothing of that person's.

const OWN = ['session', 'ticket', 'used', 'unsent', 'drafts', 'tray', 'who', 'asked'];

let identity = null; // {distinctId, hash, email, name, traits}
let ticket, used, who;

const own = (name) => (identity ? 'me.' : '') + name;

// begin reads what this person left.
function begin() {
  age += 1;
  ticket = load(own('ticket')); // '' is a new conversation, null is none chosen yet
  used = load(own('used')) || identity?.hash;
  who = load(own('who')) || {};
  for (const trait of ['email', 'name']) if (identity?.[trait]) who[trait] = identity[trait];
  counts.clear();
  tickets = [];
  known = false;
  clear();
}

function forget() {
  for (const name of ['owner', 'distinct', ...OWN, ...OWN.map((n) => 'me.' + n)]) save(name, null);
}

function identify(person) {
  const id = String(person?.distinctId ?? '');
  if (!id) {
    const { hash, traits, ...told } = person;
    save(own('who'), who = { ...who, ...traits, ...told });
    return;
  }
  const owner = load('owner'), same = identity?.distinctId === id;
  const proven = same && identity.hash === person.hash;
  if (owner ? owner !== id : identity) forget(); // somebody else: not even the session stays
  else if (!same && (person.hash || !load('me.session'))) OWN.forEach(takeOver); // without proof their session alone leads to what is theirs
  identity = { ...person, distinctId: id };
  save('owner', id);
  if (!proven) changeHands();
}

// takeOver carries what was written before signing in over to the person who has signed in.
function takeOver(name) {
  const was = load(name), mine = load('me.' + name);
  if (was == null) return;
  save(name, null);
  save('me.' + name, Array.isArray(was) ? [...(mine || []), ...was] : was === Object(was) ? { ...mine, ...was } : was);
}

function reset() {
  forget();
  identity = null;
  changeHands();
}

function changeHands() {
  begin();
  recall();
  drawn.clear();
  log.replaceChildren();
  count();
  draw();
  live();
  pump();
}

// Another tab of this browser went on. Whoever signs in or out there is not this tab's visitor any more.
function elsewhere(e) {
  const name = e.key ? e.key.replace(key(''), '') : 'session';
  if (name === 'owner' || (name === 'session' && (e.oldValue || !e.key))) {
    if (identity && load('owner') === identity.distinctId) return;
    identity = null;
    return changeHands();
  }
  if (name !== 'pulse' && !OWN.map(own).includes(name)) return;
  used ||= load(own('used'));
  who = load(own('who')) || who;
  if (name === own('ticket') && (!shown || !ticket)) choose(load(name));
  if (root.activeElement !== text) recall();
  draw();
  if (name === 'pulse' || name === own('ticket')) look(true);
}

// pulse tells the other tabs that something happened.
const pulse = () => save('pulse', Date.now());
