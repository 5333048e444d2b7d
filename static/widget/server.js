// Talking to the desk.

let age = 0; // changes with whoever sits here: answers to questions of the one before are dropped

const api = 'api/conversations/v1/widget/';

const refused = (code, text, wait) => Object.assign(new Error(text), {
  code, wait, passing: !code || code === 429 || code >= 500,
});

// gone says that a conversation is not this visitor's, or no more.
const gone = (e) => e.code === 404 || (e.code === 403 && e.message === 'Forbidden');

// reason is what the server says is wrong, in its words.
const reason = (answer) => Object.values(answer?.details || {})[0]?.[0] || answer?.error || T.broken;

// Both proofs go with every call, so that signing in joins what this browser began before (spec/4).
const proofs = () => ({
  widget_session_id: kept(own('session')),
  ...(identity?.hash && { identity_distinct_id: identity.distinctId, identity_hash: identity.hash }),
});

const query = (values) => '?' + new URLSearchParams({ ...proofs(), ...values });

async function ask(path, body) {
  const asked = age;
  const init = { headers: { 'X-Conversations-Token': token }, credentials: 'omit', cache: 'no-store', signal: AbortSignal.timeout(20000) };
  if (body) {
    init.method = 'POST';
    init.headers['Content-Type'] = 'application/json';
    init.body = JSON.stringify({ ...proofs(), ...body });
    init.keepalive = init.body.length < 20000; // a message goes out though its page is closed
  }
  let res, answer;
  try {
    res = await fetch(base + path, init);
    answer = await res.json();
  } catch {
    if (!res || res.status === 200) throw refused(0, T.offline);
  }
  if (asked !== age) throw refused(1);
  if (res.status === 200) return answer;
  throw refused(res.status, reason(answer), res.headers.get('Retry-After') * 1000);
}
