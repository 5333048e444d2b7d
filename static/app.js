// What every page gains from scripts: ticking times, toasts, menus, refreshes that disturb nobody. Pages work without.
// Times and SLA badges are worded exactly as package views words them.
// The other scripts of the inbox stand on window.signalbox and on the events of the document.
(() => {
  "use strict";

  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const closest = (event, selector) => event.target instanceof Element ? event.target.closest(selector) : null;

  // Times.

  const minute = 60_000;

  function span(ms) {
    const minutes = Math.floor(ms / minute), hours = Math.floor(minutes / 60), days = Math.floor(hours / 24);
    const units = (large, largeUnit, small, smallUnit) => large + largeUnit + (small ? " " + small + smallUnit : "");
    if (minutes < 1) return "under 1 min";
    if (minutes < 60) return minutes + " min";
    return days < 1 ? units(hours, " h", minutes % 60, " min") : units(days, " d", hours % 24, " h");
  }

  function ago(ms) {
    return ms < minute ? "now" : span(ms).split(" ").slice(0, 2).join(" ");
  }

  const sla = [
    { state: "on-track", words: "On track ", tone: "ok", icon: "circle-check" },
    { state: "at-risk", words: "At risk ", tone: "warn", icon: "clock" },
    { state: "breached", words: "Breached ", tone: "bad", icon: "triangle-alert" },
  ];

  // Exactly an hour left is at risk, as in desk.AtRisk.
  function showSLA(badge, now) {
    const left = Date.parse(badge.dataset.due) - now;
    const to = sla[left > 60 * minute ? 0 : left >= 0 ? 1 : 2];
    setText(badge.lastElementChild, to.words + span(Math.abs(left)));
    if (badge.dataset.badge === to.state) return;
    badge.dataset.badge = to.state;
    badge.classList.remove(...sla.map((s) => s.tone));
    badge.classList.add(to.tone);
    const use = one("use", badge);
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, "#" + to.icon));
    const row = badge.closest("[data-ticket]");
    if (row) row.dataset.sla = to.state;
  }

  function setText(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
  const dayClock = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  const fullClock = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

  function showTime(element, now) {
    const at = new Date(element.dateTime);
    const today = at.toDateString() === new Date(now).toDateString();
    const thisYear = at.getFullYear() === new Date(now).getFullYear();
    switch (element.dataset.time) {
      case "ago": setText(element, ago(now - at)); break;
      case "at": setText(element, (today ? clock : thisYear ? dayClock : fullClock).format(at).replace(",", "")); break;
      default: setText(element, fullClock.format(at).replace(",", ""));
    }
    element.title = fullClock.format(at);
  }

  function tick() {
    const now = Date.now();
    for (const badge of all("[data-due]")) showSLA(badge, now);
    for (const element of all("time[data-time]")) showTime(element, now);
  }

  // Toasts.

  const toastTime = 7; // seconds, unless it says how many

  function toast(text, tone = "") {
    const box = one("#toasts");
    if (!box) return;
    const element = document.createElement("div");
    element.className = ("toast " + tone).trim();
    element.dataset.toast = "";
    const words = document.createElement("span");
    words.textContent = text;
    words.dir = "auto";
    const dismiss = document.createElement("button");
    dismiss.type = "button";
    dismiss.className = "btn quiet icon-only";
    dismiss.dataset.dismiss = "";
    dismiss.ariaLabel = "Dismiss";
    dismiss.textContent = "×";
    element.append(words, dismiss);
    box.append(element);
    expireAll();
  }

  function expire(element) {
    element.dataset.expires = "";
    setTimeout(() => element.matches(":hover, :focus-within") ? expire(element) : element.remove(), (element.dataset.toast || toastTime) * 1_000);
  }

  const expireAll = () => all("[data-toast]:not([data-expires])").forEach(expire);

  // The look, which is theme and density: kept in cookies, so that the server draws the first paint in it.

  function showLook() {
    const chosen = document.documentElement.dataset;
    for (const button of all("[data-look]")) button.ariaPressed = String(button.value === (chosen[button.dataset.look] ?? ""));
  }

  function setLook(name, value) {
    document.cookie = `${name}=${value}; path=/; samesite=lax; max-age=${value ? 31_536_000 : 0}`;
    if (value) document.documentElement.dataset[name] = value;
    else delete document.documentElement.dataset[name];
    showLook();
  }

  // Details stay open over a refresh, and menus close when left.

  const open = new Set();

  function reopen() {
    for (const id of open) {
      const details = document.getElementById(id);
      if (details instanceof HTMLDetailsElement) details.open = true;
    }
  }

  function shut(details) {
    if (!details) return;
    open.delete(details.id);
    details.open = false;
  }

  const closeMenus = (except) => all("details.menu[open]").filter((menu) => menu !== except).forEach(shut);

  // The thread stays at its end, where the newest message is.

  let threadOf = "", atEnd = true, follow = false;

  function noteThread() {
    const thread = one("#thread");
    atEnd = follow || !thread || thread.scrollHeight - thread.scrollTop - thread.clientHeight < 40;
  }

  function showThread() {
    const thread = one("#thread"), shown = one("#ticket")?.dataset.number ?? "";
    if (thread && (atEnd || shown !== threadOf)) thread.scrollTop = thread.scrollHeight;
    threadOf = shown;
    follow = false;
  }

  // A field that someone is changing keeps its value, and what it was drawn with, over a refresh. Any other takes the
  // server's: morphing moves attributes alone.

  let touched = new Map();

  const fields = () => all("#ticket form:not([data-draft]) :is(input:not([type=hidden]), select, textarea)");
  const isClean = (field) => field.options
    ? [...field.options].every((o) => o.selected === o.defaultSelected)
    : field.value === field.defaultValue;
  const had = (field) => field.form.elements[field.name + "_had"] ?? {};

  function noteFields(source) {
    touched = new Map(fields().filter((field) => field.form !== source && !isClean(field)).map((field) => [field, had(field).value]));
  }

  function settle(field) {
    if (isClean(field)) return;
    if (field.options) for (const o of field.options) o.selected = o.defaultSelected;
    else field.value = field.defaultValue;
  }

  const showFields = () => fields().forEach((field) => touched.has(field) ? had(field).value = touched.get(field) : settle(field));

  // Clicks and changes, for the whole document, so that swapped parts need no wiring.

  async function copy(selector) {
    const source = one(selector);
    try {
      await navigator.clipboard.writeText(source.textContent);
      toast("Copied.", "ok");
    } catch {
      getSelection().selectAllChildren(source);
      toast("Selected: copy it with your keyboard.");
    }
  }

  function onClick(event) {
    closeMenus(closest(event, "details.menu"));
    const button = closest(event, "[data-dialog], [data-copy], [data-dismiss], [data-look]");
    if (event.target instanceof HTMLDialogElement) event.target.close();
    if (!button) return;
    const { dialog, copy: copied, look } = button.dataset;
    if (dialog !== undefined) { closeMenus(); document.getElementById(dialog)?.showModal(); }
    if (copied !== undefined) copy(copied);
    if (look !== undefined) setLook(look, button.value);
    if (button.matches("[data-dismiss]")) button.closest("[data-toast]")?.remove();
  }

  function onChange(event) {
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  }

  function onSubmit(event) {
    const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
    if (question && !confirm(question)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  // htmx.

  function onAnswered(event) {
    const { sourceElement: source, response } = event.detail.ctx;
    if (!response || response.status >= 400 || !(source instanceof HTMLFormElement)) return;
    shut(source.closest("details.edit"));
    all("details.menu[open]", source).forEach(shut);
  }

  function onEnd(event) {
    const { sourceElement: source, response } = event.detail.ctx;
    if (response) source.closest("[data-toast]")?.remove(); // what it offered is done
  }

  // A refusal that is not the part asked for must not take its place: what was typed stays.
  function onBeforeSwap(event) {
    const { response, text, sourceElement: source } = event.detail.ctx;
    noteThread();
    noteFields(source);
    if (!response || response.status < 400 || !/data-refusal|<html/.test(text)) return;
    event.preventDefault();
    fields().filter((field) => field.form === source && field.options).forEach(settle);
    const answer = new DOMParser().parseFromString(text, "text/html");
    toast((one("[data-refusal], .error-text", answer)?.textContent ?? "Something went wrong.").trim(), "bad");
  }

  const reconnectTime = 5_000;

  function onError(event) {
    const source = event.detail.ctx?.sourceElement;
    if (source?.id === "live") {
      setTimeout(() => htmx.process(source, true), reconnectTime); // the extension gives up when the first try fails
    } else if (source instanceof HTMLFormElement) {
      toast("The desk cannot be reached. What you typed is kept; try again in a moment.", "bad");
    }
  }

  function refresh() {
    showLook();
    expireAll();
    reopen();
    showFields();
    showThread();
    tick();
  }

  const listeners = {
    click: onClick, change: onChange,
    "htmx:after:request": onAnswered, "htmx:before:swap": onBeforeSwap, "htmx:finally:request": onEnd, "htmx:after:swap": refresh,
    "htmx:error": onError,
  };
  const listen = (to) => { for (const [name, listener] of Object.entries(to)) document.addEventListener(name, listener); };
  listen(listeners);
  document.addEventListener("submit", onSubmit, true);
  document.addEventListener("toggle", (event) => {
    const details = event.target;
    if (!(details instanceof HTMLDetailsElement) || !details.id) return;
    if (details.open) open.add(details.id); else open.delete(details.id);
  }, true);

  const followThread = () => { follow = true; }; // whoever writes wants to see it
  window.signalbox = { all, one, closest, listen, toast, shut, closeMenus, followThread };
  refresh();
  setInterval(tick, 10_000);
})();
