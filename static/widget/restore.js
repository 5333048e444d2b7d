// Earlier conversations, brought to this browser by a mailed link. Nothing here tells whether an address is known.

const LINK = /(?<=[?&])ph_conv_restore=[^&]*&?/g;

// dropLink takes the secret out of the page's address, and the rest of the address stays as it was written.
function dropLink() {
  const url = new URL(location), rest = url.search.replace(LINK, '').replace(/[?&]$/, '');
  if (rest === url.search) return;
  url.search = rest;
  try { history.replaceState(history.state, '', url); } catch { /* a sandbox has no history; the link works once */ }
}

// takeLink is the token of the link that led here, or null.
function takeLink() {
  const link = new URLSearchParams(location.search).get('ph_conv_restore');
  dropLink();
  setTimeout(dropLink); // single-page sites write the address that they began with
  return link;
}

// restore uses the link up. An answer may get lost after the desk has done it: then the link is used, and by us.
async function restore(link) {
  for (let tries = 0; ; tries++) {
    try {
      const { status } = await ask(api + 'restore', { restore_token: link });
      dropLink();
      if (status === 'success' || (tries && status === 'used')) return brought();
      return find({ used: T.linkUsed, expired: T.linkOver }[status] || T.linkBad);
    } catch (e) {
      if (!e.passing && e.code !== 1) return find(e.message);
      if (e.passing) await sleep(Math.max(e.wait || 0, Math.min(2000 * 2 ** tries, 60000)));
    }
  }
}

// brought shows what came: the one conversation, or the list of them.
async function brought() {
  save(own('used'), used = true);
  choose(null);
  live();
  try { await loadTickets(); } catch { /* the list asks again */ }
  pulse();
  count();
  open();
  if (tickets.length === 1) showThread(tickets[0].id);
  else visit('list');
}

// find offers to mail a link; said is what happened.
function find(said) {
  open();
  const { input } = findField;
  input.value ||= who.email || '';
  put(findSaid, said);
  visit('find');
  if (!narrow.matches) input.focus();
}

async function requestLink() {
  const { input } = findField, email = input.value.trim();
  if (!email || !input.validity.valid) {
    blame(input, T.badEmail);
    return input.focus();
  }
  const page = location.href;
  try {
    await ask(api + 'restore/request', { email, request_url: page.length > 2048 ? location.origin + location.pathname : page });
    put(findSaid, fill(T.findSent, 'email', `\u2068${email}\u2069`));
  } catch (e) {
    blame(input, e.message);
  }
}
