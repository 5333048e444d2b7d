// Files on their way into a message. They go to the desk as soon as they are chosen; the message names them.

let tray = [];       // {key, name, size, id} of what is there, {file, part, error} of what is not yet
let posting = false; // the message waits for its files

const attaches = () => embed.attachments !== false;

function addFiles(files) {
  if (!attaches()) return;
  const most = embed.maxFileBytes || 25 * 2 ** 20;
  for (const file of files) {
    const f = { key: uuid(), name: file.name, size: file.size, file, age };
    tray.push(f);
    if (tray.length > MOST) f.error = fill(T.tooMany, 'n', number(MOST));
    else if (file.size > most) f.error = fill(T.tooLarge, 'size', size(most));
    else upload(f);
    if (tray.length > MOST) break;
  }
  draw();
}

function upload(f) {
  const asked = age;
  const request = f.request = new XMLHttpRequest(); // fetch tells no progress
  f.error = null;
  f.part = 0;
  request.open('POST', `${base}${api}upload${query({ name: f.name })}`);
  request.setRequestHeader('X-Conversations-Token', token);
  request.upload.onprogress = (e) => { f.part = e.loaded / e.total; draw(); };
  request.onloadend = () => {
    if (asked !== age || !tray.includes(f)) return;
    uploaded(f, request);
    remember();
    draw();
    if (posting && tray.every((x) => x.id)) submit();
  };
  request.send(f.file);
}

function uploaded(f, request) {
  let answer = null;
  try { answer = JSON.parse(request.responseText); } catch { /* an error page of somebody's proxy */ }
  if (request.status === 200 && answer) {
    Object.assign(f, { id: answer.id, size: answer.size });
    return;
  }
  f.lost = !request.status;
  f.error = f.lost ? T.offline : reason(answer);
  posting = false;
}

function removeFile(f) {
  tray = tray.filter((x) => x !== f);
  if (f.request) f.request.abort();
  remember();
  draw();
  text.focus();
}

// row is how a file looks, on its way out and in the thread.
const row = (tag, f, attributes, note, ...more) => h(tag, { class: 'file', ...attributes },
  icon(PAGE), h('span', {}, h('b', { dir: 'auto' }, f.name), note), ...more);

function chip(f) {
  f.bar = h('progress', { max: 1, 'aria-label': T.uploading });
  f.note = h('small', {});
  f.retry = h('button', { type: 'button', onclick: () => { upload(f); draw(); } }, T.retry);
  const remove = h('button', { class: 'plain', type: 'button', 'aria-label': fill(T.remove, 'name', f.name), onclick: () => removeFile(f) }, icon(CROSS));
  return row('li', f, {}, f.note, f.bar, f.retry, remove);
}

function drawTray() {
  for (const f of tray) {
    if (!f.el) trayBox.append(f.el = chip(f));
    f.el.classList.toggle('failed', !!f.error);
    f.bar.hidden = f.id || f.error;
    f.bar.value = f.part || 0;
    f.retry.hidden = !f.lost || !f.error;
    put(f.note, f.error || (f.id ? size(f.size) : ''));
  }
  for (const el of [...trayBox.children]) if (!tray.some((f) => f.el === el)) el.remove();
  trayBox.hidden = !tray.length;
  attach.hidden = !attaches();
}

// fileView shows a file of a message. Where the page's policy refuses pictures, it is a file like others.
function fileView(f) {
  const href = f.url && new URL(f.url, base).href, link = { href, target: '_blank' };
  const plain = () => row(href ? 'a' : 'span', f, link, h('small', {}, size(f.size)));
  if (!href || !f.width) return plain();
  const { width, height } = f;
  const picture = h('a', { class: 'picture', ...link },
    h('img', { src: href, alt: f.name, width, height, onerror: () => picture.replaceWith(plain()) }));
  return picture;
}

// Drafts: the words of each conversation, the files of the next message.
function remember() {
  const drafts = load(own('drafts')) || {};
  if (text.value) drafts[ticket || ''] = text.value;
  else delete drafts[ticket || ''];
  save(own('drafts'), Object.keys(drafts).length ? drafts : null);
  const there = tray.filter((f) => f.id).map(({ key, id, name, size }) => ({ key, id, name, size }));
  save(own('tray'), there.length ? there : null);
  grow();
}

function recall() {
  text.value = (load(own('drafts')) || {})[ticket || ''] || '';
  const there = load(own('tray')) || [];
  tray = [...tray.filter((f) => !f.id && f.age === age), ...there];
  grow();
}
