// The composer: reply or note, marks of Markdown, a preview, and one key that sends. Drafts are in drafts.js.
(() => {
  "use strict";

  const { one, closest, listen } = window.signalbox;

  const composerOf = (element) => element?.closest?.("form[data-draft]");
  const isNote = (form) => one("#mode-note", form).checked;

  function showMode(form) {
    const body = form.elements.body;
    body.dataset.placeholderReply ??= body.placeholder;
    body.placeholder = isNote(form) ? body.dataset.placeholderNote : body.dataset.placeholderReply;
  }

  function send(form, then) {
    const kind = isNote(form) ? "note" : "reply";
    const button = then ? `.for-${kind} [name=then][value=${then}]` : `[data-send=${kind}]`;
    write(form);
    form.requestSubmit(one(button, form));
  }

  // Text is typed as by hand, so that the browser's undo takes it back.

  function type(area, text) {
    area.focus();
    if (!document.execCommand("insertText", false, text)) {
      area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  const around = { bold: ["**", "**"], italic: ["*", "*"], code: ["`", "`"] };
  const before = { list: "- ", quote: "> " };

  function wrap(area, [open, close]) {
    const { selectionStart: from, selectionEnd: to, value } = area;
    type(area, open + value.slice(from, to) + close);
    area.setSelectionRange(from + open.length, to + open.length);
  }

  function link(area) {
    const { selectionStart: from, selectionEnd: to, value } = area;
    const words = value.slice(from, to), address = /^https?:\/\/\S+$/.test(words);
    type(area, address ? `[](${words})` : `[${words}](https://)`);
    if (address || !words) area.setSelectionRange(from + 1, from + 1);
    else area.setSelectionRange(from + words.length + 3, from + words.length + 11);
  }

  function prefix(area, mark) {
    const from = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1, to = area.selectionEnd;
    area.setSelectionRange(from, to);
    type(area, area.value.slice(from, to).split("\n").map((line) => mark + line).join("\n"));
  }

  function format(form, mark) {
    const area = form.elements.body;
    write(form);
    if (mark in around) wrap(area, around[mark]);
    else if (mark in before) prefix(area, before[mark]);
    else link(area);
  }

  // The preview stands in the place of the text while it has something in it.

  const preview = (form) => one(".preview", form);

  function write(form) {
    if (!preview(form).firstElementChild) return;
    preview(form).replaceChildren();
    form.elements.body.focus();
  }

  // Keys.

  const marks = { b: "bold", i: "italic", e: "code" }, shifted = { KeyK: "link", Digit8: "list", Digit9: "quote" };

  function onKey(event) {
    const form = composerOf(event.target);
    if (!form || !(event.ctrlKey || event.metaKey) || event.altKey || event.defaultPrevented || event.isComposing) return;
    const mark = event.shiftKey ? shifted[event.code] : marks[event.key.toLowerCase()];
    if (event.key === "Enter" && event.target.matches("[data-later]")) return;
    if (event.key === "Enter") send(form, event.shiftKey ? "resolved" : "");
    else if (mark && event.target === form.elements.body) format(form, mark);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // Enter in the field of a time means that time, not the first button of the form.
  function onLater(event) {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches?.("[data-later]")) return;
    event.preventDefault();
    composerOf(event.target).requestSubmit(one("[data-schedule]", event.target.closest("details")));
  }

  function onClick(event) {
    const button = closest(event, "[data-mark], [data-write], [data-compose]"), form = composerOf(button);
    if (!form) return;
    const { mark } = button.dataset;
    if (mark) format(form, mark);
    else { write(form); form.elements.body.focus(); }
  }

  function onChange(event) {
    const form = event.target.name === "private" ? composerOf(event.target) : null;
    if (form) { showMode(form); form.elements.body.focus(); }
  }

  // Others put text at the cursor: they dispatch signalbox:insert with detail.text, and hear by preventDefault that it
  // was taken.
  function onInsert(event) {
    const form = composerOf(event.target) ?? one("form[data-draft]");
    if (!form) return;
    event.preventDefault();
    write(form);
    type(form.elements.body, event.detail.text);
  }

  // What waits counts its seconds by this browser's clock, from what the desk said was left.

  const ends = new Map();

  function count() {
    for (const span of document.querySelectorAll("[data-left]")) {
      const id = span.closest("[data-reply]").dataset.reply;
      if (!ends.has(id)) ends.set(id, Date.now() + span.dataset.left * 1_000);
      const left = Math.ceil((ends.get(id) - Date.now()) / 1_000);
      const words = left > 0 ? `sending in ${left} s` : "sending…";
      if (span.lastElementChild.textContent !== words) span.lastElementChild.textContent = words;
    }
  }

  function refresh() {
    const form = one("form[data-draft]");
    if (form) showMode(form);
    count();
  }

  listen({
    click: onClick, change: onChange, "signalbox:insert": onInsert, "htmx:after:swap": refresh,
  });
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("keydown", onLater, true);
  setInterval(count, 500);
  refresh();
})();
