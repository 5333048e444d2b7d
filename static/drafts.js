// Drafts: what is typed is kept in this browser at once and on the desk soon after. A text that is newer elsewhere is
// never overwritten unseen, and neither is this one.
(() => {
  "use strict";

  const { one, closest, listen, toast, followThread } = window.signalbox;

  const pause = 600, again = 5_000, patience = 8_000; // ms
  const mostAlive = 60_000; // bytes that a request may have to outlive its page

  const states = new Map(); // by the key of the draft: what this page knows of it

  const shown = () => one("form[data-draft]");
  const stateOf = (form) => states.get(form?.dataset.draft);
  const formOf = (state) => shown()?.dataset.draft === state.key ? shown() : null;
  const typed = (form) => ({ body: form.elements.body.value, note: one("#mode-note", form).checked, macro: form.elements.macro?.value ?? "" });
  const same = (a, b) => a.body === b.body && (!a.body.trim() || (a.note === b.note && (a.macro ?? "") === (b.macro ?? "")));

  // Kept in this browser: only what the desk has not acknowledged. A browser that keeps nothing, because it is full or
  // told not to, or gives back what is none of ours, is no reason not to save on the desk.

  const store = (act) => { try { return act(localStorage); } catch { return null; } };
  const drop = (key) => store((local) => local.removeItem("draft/" + key));

  function keep(state) {
    const draft = JSON.stringify({ ...state.pending, rev: state.rev });
    state.kept = store((local) => { local.setItem("draft/" + state.key, draft); return true; });
  }

  function read(key) {
    const draft = store((local) => JSON.parse(local.getItem("draft/" + key)));
    return typeof draft?.body === "string" ? draft : null;
  }

  function forget(state, draft) {
    const local = read(state.key);
    if (local && same(local, draft)) drop(state.key);
  }

  function put(form, draft) {
    form.elements.body.value = draft.body;
    one(draft.note ? "#mode-note" : "#mode-reply", form).checked = true;
    putMacro(form, draft.macro ?? "");
    form.elements.body.dispatchEvent(new Event("signalbox:draft", { bubbles: true }));
  }

  const putMacro = (form, id) => form.dispatchEvent(new CustomEvent("signalbox:macro", { bubbles: true, detail: { id } }));

  function say(state, words) {
    const line = formOf(state) && one(".draft-state", formOf(state));
    if (line && line.textContent !== words) line.textContent = words;
  }

  function setRev(state, rev) {
    state.rev = rev;
    const form = formOf(state);
    if (form) form.elements.draft.value = rev;
  }

  // Saving: one request at a time, each made from the revision before it.

  function onTyped(form) {
    const state = stateOf(form);
    if (!state) return;
    state.pending = typed(form);
    keep(state);
    later(state, pause);
  }

  function later(state, ms) {
    clearTimeout(state.timer);
    state.timer = setTimeout(() => save(state), ms);
  }

  function save(state) {
    clearTimeout(state.timer);
    if (!state.pending || state.other) return state.flight ?? Promise.resolve();
    if (!state.pending.body.trim() && !state.rev) { // there is nothing to end
      forget(state, state.pending);
      state.pending = null;
      return state.flight ?? Promise.resolve();
    }
    state.flight ??= post(state, state.pending).finally(() => { state.flight = null; });
    return state.flight;
  }

  async function post(state, draft) {
    const body = new URLSearchParams({ team: state.team, draft: state.rev, body: draft.body, private: draft.note ? "on" : "", macro: draft.macro ?? "" });
    let answer, kept;
    try {
      answer = await fetch(state.save, {
        method: "POST", body, keepalive: String(body).length < mostAlive, signal: AbortSignal.timeout(patience),
        headers: { "HX-Request": "true", "HX-Request-Type": "partial" },
      });
      kept = await answer.json();
    } catch {
      say(state, state.kept ? "Not saved on the desk, kept in this browser" : "Not saved");
      later(state, again);
      return;
    }
    if (answer.status === 409 && "rev" in kept) return differ(state, { body: kept.body, note: kept.private, macro: kept.macro, rev: kept.rev });
    if (!answer.ok) return;
    setRev(state, kept.rev);
    forget(state, draft);
    if (state.pending && !same(state.pending, draft)) {
      keep(state);
      later(state, pause);
      return;
    }
    state.pending = null;
    say(state, draft.body.trim() ? "Draft saved" : "");
  }

  // Two texts: the person chooses.

  function differ(state, other) {
    state.other = other;
    showOther();
  }

  function showOther() {
    const box = one("#draft-other"), state = stateOf(shown());
    if (!box || !state) return;
    box.hidden = !state.other;
    if (state.other) one(".snippet", box).textContent = state.other.body || "(no text)";
  }

  function choose(form, theirs) {
    const state = stateOf(form), other = state.other;
    if (!other) return;
    state.other = null;
    setRev(state, other.rev ?? state.rev);
    if (theirs) {
      put(form, other);
      drop(state.key);
      state.pending = other.local ? typed(form) : null;
    } else {
      state.pending = typed(form);
    }
    if (state.pending) { keep(state); save(state); } else drop(state.key);
    showOther();
    form.elements.body.focus();
  }

  // A composer comes into sight: with its page, or with another ticket.

  const met = new WeakSet();

  function meet(form) {
    met.add(form.elements.body);
    const kept = { body: form.elements.body.defaultValue, note: one("#mode-note", form).defaultChecked, macro: form.dataset.macro };
    const rev = Number(form.dataset.rev), key = form.dataset.draft;
    const before = states.get(key);
    const local = before?.pending ? { ...before.pending, rev: before.rev } : read(key);
    const state = { key, rev, pending: null, other: null, flight: before?.flight ?? null, save: form.dataset.save, team: form.elements.team.value };
    clearTimeout(before?.timer);
    states.set(key, state);
    if (form.dataset.stale !== undefined || one(":scope > .alert.bad", form)) return; // what was refused is what counts
    if (!local || same(local, kept) || (!local.body.trim() && !rev)) {
      drop(key);
      if (form.elements.body.value !== kept.body) put(form, kept); // the browser restores what stood here once
    } else if (local.rev === rev || (kept.body && local.body.startsWith(kept.body))) {
      put(form, local);
      state.pending = typed(form);
      keep(state);
      later(state, pause);
    } else {
      put(form, kept);
      state.other = { ...local, rev, local: true };
    }
  }

  // What this page has shown: a message that comes in while somebody writes counts as seen once they say so.

  function note(form, state) {
    const blank = !form.elements.body.value.trim();
    if (blank || state.others === undefined || form.dataset.stale !== undefined) {
      form.elements.seen.value = form.dataset.seen;
      state.others = form.dataset.others;
    }
    const box = one("#unseen");
    if (box) box.hidden = state.others === form.dataset.others;
  }

  function refresh() {
    const form = shown();
    if (!form) return;
    const restored = one("#restored", form);
    if (!met.has(form.elements.body)) meet(form);
    const state = stateOf(form);
    if (restored) {
      put(form, { body: restored.textContent, note: restored.dataset.private !== undefined, macro: restored.dataset.macro });
      drop(state.key);
      Object.assign(state, { pending: null, other: null });
      setRev(state, Number(form.dataset.rev));
      restored.remove();
      form.elements.body.focus();
    }
    if (state.sent) {
      state.sent = false;
      form.elements.message_id.value = form.dataset.next;
    }
    form.elements.draft.value = state.rev;
    note(form, state);
    showOther();
  }

  // Sending waits for a save that is on its way, or the draft would outlive its message.

  function onRequest(event) {
    const { ctx } = event.detail, form = ctx.sourceElement;
    const state = form instanceof HTMLFormElement ? (form.matches("[data-take-back]") ? stateOf(shown()) : stateOf(form)) : null;
    if (!state) return;
    const flight = form.matches("[data-take-back]") ? save(state) : state.flight;
    if (form.matches("[data-draft]")) clearTimeout(state.timer);
    if (!flight) return;
    ctx.fetch = async (address, request) => {
      await flight;
      if (form.matches("[data-draft]")) request.body.set("draft", state.rev);
      return fetch(address, request);
    };
  }

  const byHand = ["click", "submit", "change"];

  function onAnswered(event) {
    const { sourceElement: form, sourceEvent, response, request } = event.detail.ctx;
    if (!response || response.status >= 400) return;
    if (response.headers.has("HX-Redirect")) { // to the login: nothing was sent, and nobody is led there in mid-word
      if (stateOf(shown())?.pending && !byHand.includes(sourceEvent?.type)) event.preventDefault();
      return;
    }
    if (!(form instanceof HTMLFormElement) || !form.matches("[data-draft]")) return;
    const state = stateOf(form);
    if (!state) return;
    Object.assign(state, { sent: true, pending: null, other: null });
    setRev(state, 0); // should the desk keep another text, it will say so
    putMacro(form, "");
    if (form.elements.body.value.trim() === request.body.get("body").trim()) {
      form.elements.body.value = "";
      drop(state.key);
      say(state, "");
    } else {
      onTyped(form);
    }
    followThread();
  }

  function onClick(event) {
    const button = closest(event, "[data-draft-use], [data-draft-keep], [data-read-on]"), form = button?.closest("form[data-draft]");
    if (!form) return;
    if (button.matches("[data-read-on]")) {
      stateOf(form).others = undefined;
      note(form, stateOf(form));
      form.elements.body.focus();
    } else {
      choose(form, button.matches("[data-draft-use]"));
    }
  }

  const typing = (event) => {
    const form = event.target.closest?.("form[data-draft]");
    if (form && ["body", "private"].includes(event.target.name)) onTyped(form);
  };
  const saveAll = () => states.forEach((state) => { if (state.pending && !state.flight) save(state); });

  listen({
    input: typing, "signalbox:dropped": (event) => onTyped(event.target), change: (event) => { if (event.target.name === "private") typing(event); }, click: onClick,
    "htmx:config:request": onRequest, "htmx:after:request": onAnswered, "htmx:after:swap": refresh,
    visibilitychange: () => { if (document.hidden) saveAll(); },
  });
  addEventListener("pagehide", saveAll);
  addEventListener("online", saveAll);
  addEventListener("storage", (event) => {
    const state = stateOf(shown());
    if (!state || state.told || event.key !== "draft/" + state.key || !event.newValue) return;
    state.told = true;
    toast("You are typing to this ticket in another tab, too.");
  });
  refresh();
})();
