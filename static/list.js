// The list of tickets: moving in it, which row is the one beside it, and having the next one at hand.
(() => {
  "use strict";

  const { all, one, closest, listen } = window.signalbox;

  const rows = () => all("[data-ticket]");
  const link = (row) => row && one(".row-text", row);
  const current = () => one("[data-ticket][aria-current]");
  const focusedRow = () => document.activeElement?.closest("[data-ticket]") ?? current();

  // stepFrom is the row so many rows on from another; from nowhere it is the first.
  function stepFrom(row, step) {
    const list = rows(), at = list.indexOf(row);
    return at < 0 ? list[0] : list[at + step];
  }

  function move(step) {
    const to = stepFrom(focusedRow(), step);
    if (!to) return;
    link(to).focus();
    to.scrollIntoView({ block: "nearest" });
    soon(link(to));
  }

  function openStep(step) {
    const to = stepFrom(current() ?? focusedRow(), step);
    if (!to) return;
    to.scrollIntoView({ block: "nearest" });
    link(to).click();
  }

  // The ticket beside the list.

  let shown = "";

  function markCurrent() {
    for (const row of rows()) {
      if (location.pathname === "/tickets/" + row.dataset.ticket) row.setAttribute("aria-current", "page");
      else row.removeAttribute("aria-current");
    }
    const subject = one("#ticket textarea[name=subject]");
    if (subject) document.title = `\u2068${subject.value}\u2069 · Signalbox`;
    else if (one("#ticket")) document.title = `${one("h1")?.textContent} · Signalbox`;
  }

  // Whoever closes a ticket is back at its row.
  function follow() {
    const now = one("#ticket")?.dataset.number ?? "";
    if (now === shown) return;
    if (!now) link(one(`[data-ticket="${shown}"]`))?.focus();
    shown = now;
    if (now) soon(link(stepFrom(current(), 1)));
  }

  // Preloading: what the pointer rests on and what is next is fetched, so that it opens at once. The fetching is the
  // extension's, as the event "preload" says. What is fetched is good for as long as no signal speaks of its ticket,
  // and no longer than a moment while signals do not come.

  const rest = 65, unheard = 4_000;
  let waiting = 0, live = false;

  const numberOf = (a) => a.closest("[data-ticket]")?.dataset.ticket;
  const loaded = () => rows().map(link).filter((a) => a?._htmx?.preload);

  function forget(a) {
    if (a._htmx) delete a._htmx.preload;
  }

  function preload(a) {
    if (!a?.isConnected || a._htmx?.preload || numberOf(a) === shown || navigator.connection?.saveData) return;
    htmx.trigger(a, "preload");
    if (!live) setTimeout(() => forget(a), unheard);
  }

  function soon(a) {
    clearTimeout(waiting);
    if (a) waiting = setTimeout(() => preload(a), rest);
  }

  function onSignal(event) {
    const name = event.detail.message?.event ?? "";
    live = true;
    for (const a of loaded()) if (name === "resync" || name === "ticket-" + numberOf(a)) forget(a);
  }

  function onSilence(event) {
    if (event.target.id !== "live") return;
    live = false;
    loaded().forEach(forget);
  }

  const hovered = (event) => soon(link(closest(event, "[data-ticket]")));
  const touched = (event) => preload(link(closest(event, "[data-ticket]")));

  function onClick(event) {
    const step = closest(event, "[data-step]");
    if (step) openStep(Number(step.dataset.step));
  }

  // What htmx adds to its request is none of the address's.
  function onRequest(event) {
    const { ctx } = event.detail;
    if (ctx.sourceElement.matches(".row-text")) ctx.push = ctx.sourceElement.getAttribute("href");
  }

  function refresh() {
    markCurrent();
    follow();
  }

  const keys = { j: () => move(1), k: () => move(-1), o: () => link(focusedRow())?.click() };
  window.signalbox.rowKeys = () => rows().length === 0 ? {} : keys;

  listen({
    click: onClick, mouseover: hovered, mousedown: touched,
    "htmx:config:request": onRequest, "htmx:after:swap": refresh, "htmx:after:history:update": markCurrent,
    "htmx:sse:after:connection": () => { live = true; }, "htmx:sse:after:message": onSignal,
    "htmx:sse:error": onSilence, "htmx:sse:close": onSilence,
  });
  document.addEventListener("touchstart", touched, { passive: true });
  refresh();
})();
