// The composer: reply or note, what is typed is kept, one key sends.
(() => {
  "use strict";

  const { one, listen, followThread } = window.signalbox;

  // Drafts: what is typed stays in this browser until it was sent.

  const draftKey = (form) => "draft/" + form.dataset.draft;
  const composerOf = (element) => element?.closest("form[data-draft]");

  function saveDraft(form) {
    const body = form.elements.body.value;
    if (!body.trim()) localStorage.removeItem(draftKey(form));
    else localStorage.setItem(draftKey(form), JSON.stringify({ body, note: one("#mode-note", form).checked }));
  }

  function restoreDraft() {
    const form = one("form[data-draft]");
    if (!form || form.elements.body.value) return;
    const draft = JSON.parse(localStorage.getItem(draftKey(form)) ?? "null");
    if (!draft) return;
    form.elements.body.value = draft.body;
    if (draft.note) one("#mode-note", form).checked = true;
    showMode(form);
  }

  function dropDraft(form) {
    localStorage.removeItem(draftKey(form));
    form.elements.body.value = "";
  }

  function showMode(form) {
    const body = form.elements.body;
    body.dataset.placeholderReply ??= body.placeholder;
    body.placeholder = one("#mode-note", form).checked ? body.dataset.placeholderNote : body.dataset.placeholderReply;
  }

  function send(form) {
    const kind = one("#mode-note", form).checked ? "note" : "reply";
    form.requestSubmit(one(`[data-send="${kind}"]`, form));
  }

  function onKey(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented || event.isComposing) return;
    const form = composerOf(event.target);
    if (!form) return;
    event.preventDefault();
    send(form);
  }

  function onChange(event) {
    const form = event.target.name === "private" ? composerOf(event.target) : null;
    if (form) { showMode(form); saveDraft(form); form.elements.body.focus(); }
  }

  function onAnswered(event) {
    const { sourceElement: source, response } = event.detail.ctx;
    if (!response || response.status >= 400 || !(source instanceof HTMLFormElement) || !source.matches("[data-draft]")) return;
    dropDraft(source);
    followThread();
  }

  listen({
    keydown: onKey, change: onChange,
    input: (event) => { const form = composerOf(event.target); if (form) saveDraft(form); },
    "htmx:after:request": onAnswered, "htmx:after:swap": restoreDraft,
  });
  restoreDraft();
})();
