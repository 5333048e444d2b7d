// Presence: tells who looks at the open ticket and who writes, and shows it of the others.
(() => {
  "use strict";

  const { all, one, listen } = window.signalbox;

  const every = 15_000, pause = 300, writingFor = 12_000;
  const page = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  // What this page tells.

  let told = "", toldState = "", typedAt = -Infinity, timer = 0;

  const shown = () => one("#ticket")?.dataset.number ?? "";

  function body(state) {
    const { team } = JSON.parse(document.body.getAttribute("hx-vals:inherited") ?? "{}");
    return new URLSearchParams({ page, state, team });
  }

  const address = (number) => `/tickets/${number}/presence`;

  function state() {
    const text = one("form[data-draft]")?.elements.body?.value ?? "";
    return text.trim() && Date.now() - typedAt < writingFor ? "writing" : "viewing";
  }

  // A sign that is lost is made up for by the next one, so nobody is told of it.
  function send(number, doing) {
    fetch(address(number), { method: "POST", body: body(doing), redirect: "manual" }).catch(() => {});
  }

  function leave() {
    if (told) navigator.sendBeacon(address(told), body("gone"));
    told = toldState = "";
  }

  function tell() {
    const number = shown();
    if (document.hidden) return;
    if (!number) return leave();
    toldState = state();
    told = number;
    send(number, toldState);
  }

  // Whoever walks through tickets is at none of them before they stop.
  function soon() {
    if (shown() === told && state() === toldState) return;
    clearTimeout(timer);
    timer = setTimeout(tell, pause);
  }

  function onInput({ target }) {
    if (!target.closest("form[data-draft]")) return;
    typedAt = Date.now();
    soon();
  }

  // What it is told.

  function show() {
    const faces = new Map(all("#presence [data-at]").map((part) => [part.dataset.at, part]));
    for (const slot of all("[data-present]")) fill(slot, faces.get(slot.dataset.present));
  }

  function fill(slot, part) {
    const html = part?.innerHTML ?? "";
    if (slot.innerHTML === html) return;
    slot.replaceChildren(...[...part?.childNodes ?? []].map((node) => node.cloneNode(true)));
  }

  // Company at the open ticket is news at once; elsewhere the list hears now and then.
  function onSignal(event) {
    if (event.detail.message?.event === "presence-" + shown()) htmx.trigger("#presence", "presence-here");
  }

  function refresh() {
    show();
    soon();
  }

  listen({
    input: onInput, "htmx:after:swap": refresh, "htmx:sse:after:message": onSignal,
    visibilitychange: () => { if (!document.hidden) tell(); },
  });
  addEventListener("pagehide", leave);
  addEventListener("pageshow", (event) => { if (event.persisted) tell(); });
  setInterval(() => { if (told || shown()) tell(); }, every);
  setInterval(soon, 2_000); // who stops typing is seen to
  refresh();
})();
