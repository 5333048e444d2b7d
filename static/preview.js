// The inside of the widget's preview: the real embed, and in place of the desk this file. Nothing leaves the browser.
// It takes what to show from the page around it, and stands before the embed.
(() => {
  "use strict";

  const frame = window.frameElement;
  const visitor = new URLSearchParams(location.search).get("visitor") ?? "new";

  for (const store of [localStorage, sessionStorage]) {
    for (const key of Object.keys(store)) if (key.startsWith("signalbox.preview.")) store.removeItem(key);
  }

  const began = Date.now() - 420_000;
  const at = (seconds) => new Date(began + seconds * 1000).toISOString();
  const message = (id, seconds, author, content) => ({
    id: String(id), content, author_type: author ? "human" : "customer", author_name: author, created_at: at(seconds), is_private: false, attachments: [],
  });
  const thread = [
    message(1, 0, "", "Hello, can I still change the address of my order?"),
    message(2, 180, "Ada", "Yes, until it leaves tonight. Tell me the new one, and I will see to it."),
  ];
  let unread = visitor === "back" ? 1 : 0;
  let mine = visitor === "back" ? [...thread] : [];

  const ticket = () => ({
    id: "preview", ticket_number: 1, status: "open", unread_count: unread, last_message: mine.at(-1)?.content,
    last_message_at: mine.at(-1)?.created_at, message_count: mine.length, created_at: at(0),
  });

  function said(body) {
    const now = (Date.now() - began) / 1000;
    const sent = message(mine.length + 1, now, "", body.message);
    mine.push(sent, message(mine.length + 2, now + 1, "Ada", "This is a preview: what you wrote went nowhere."));
    return { ticket_id: "preview", message_id: sent.id, ticket_status: "open", unread_count: 0, created_at: sent.created_at };
  }

  const hours = { open: visitor !== "away", opens_at: new Date(Date.now() + 54_000_000).toISOString(), answer_minutes: 60, timezone: "UTC" };

  const answers = [
    [/\/config$/, () => JSON.parse(frame.dataset.config)],
    [/\/availability$/, () => hours],
    [/\/tickets$/, () => ({ count: mine.length ? 1 : 0, results: mine.length ? [ticket()] : [] })],
    [/\/messages\/[^/]+\/read$/, () => { unread = 0; return { success: true, unread_count: 0 }; }],
    [/\/messages\/[^/]+$/, (_, url) => ({
      ticket_id: "preview", ticket_status: "open", unread_count: unread, has_more: false,
      messages: mine.filter((m) => m.created_at > (url.searchParams.get("after") ?? "")),
    })],
    [/\/message$/, said],
    [/\/profile$/, () => ({ success: true })],
  ];

  window.fetch = async (address, init) => {
    const url = new URL(address, location);
    const answer = answers.find(([path]) => path.test(url.pathname))?.[1];
    const body = init?.body ? JSON.parse(init.body) : {};
    return answer ? Response.json(answer(body, url)) : Response.json({ error: "Not in the preview." }, { status: 404 });
  };

  class Upload {
    upload = {};
    status = 200;
    open() {}
    setRequestHeader() {}
    abort() {}
    send(file) {
      this.responseText = JSON.stringify({ id: crypto.randomUUID?.() ?? "file", name: file.name, size: file.size, type: file.type });
      setTimeout(() => this.onloadend?.(), 300);
    }
  }
  window.XMLHttpRequest = Upload;
  window.EventSource = class { readyState = 0; close() {} }; // never open: it looks for news by itself then

  // The one who types beside the frame keeps the focus until they come into it.
  const { focus } = HTMLElement.prototype;
  HTMLElement.prototype.focus = () => {};
  for (const type of ["pointerdown", "keydown"]) {
    addEventListener(type, () => { HTMLElement.prototype.focus = focus; }, { once: true, capture: true });
  }

  window.Signalbox = visitor === "back"
    ? [["identify", { distinctId: "mira", hash: "preview", name: "Mira" }], ["on", "unread", (n) => n && window.Signalbox.open()]]
    : [["open"]];
})();
