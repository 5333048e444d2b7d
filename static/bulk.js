// Selecting tickets: one, a range, the page, all of a view. What is ticked is kept for the view, over refreshes and pages.
(() => {
  "use strict";

  const { all, one, closest, listen, rowKeys } = window.signalbox;

  const form = () => one("#bulk");
  const boxes = () => all("[data-ticket] input[name=number]");
  const rowOf = () => document.activeElement?.closest("[data-ticket]") ?? one("[data-ticket][aria-current]");
  const boxOf = (row) => row && one("input[name=number]", row);
  const thousands = (n) => n.toLocaleString("en-US");

  // The view without its page: what is ticked in another one is forgotten.
  function scope() {
    const query = new URLSearchParams(form()?.dataset.query);
    query.delete("after");
    query.sort();
    return query.toString();
  }

  const kept = JSON.parse(sessionStorage.getItem("bulk") ?? "null");
  let ticked = new Set(), whole = null, anchor = "", asked = false;
  if (form() && kept?.scope === scope()) ticked = new Set(kept.ticked);

  function save() {
    if (ticked.size) sessionStorage.setItem("bulk", JSON.stringify({ scope: scope(), ticked: [...ticked] }));
    else sessionStorage.removeItem("bulk");
  }

  function hidden(name, value) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name, value });
    return input;
  }

  // What is ticked on other pages goes along, and so does the choice of the whole view.
  function others(here) {
    if (whole) return [hidden("all", whole.query), hidden("sure", "on")];
    return [...ticked].filter((number) => !here.has(number)).map((number) => hidden("number", number));
  }

  function ask(bar) {
    if (asked) return;
    asked = true;
    htmx.ajax("GET", bar.dataset.count, { target: "#bulk-all", swap: "innerHTML", source: "#bulk-all" });
  }

  function show() {
    const bar = form(), list = boxes();
    if (!bar) return;
    for (const box of list) box.checked = whole !== null || ticked.has(box.value);
    const any = whole !== null || ticked.size > 0;
    bar.toggleAttribute("data-ticked", any);
    if (any) ask(bar);
    else asked = false;
    const words = whole?.words ?? thousands(ticked.size) + " selected";
    const count = one("[data-bulk-count]", bar);
    if (count.textContent !== words) count.textContent = words;
    one("[data-bulk-page]", bar).hidden = list.every((box) => box.checked);
    one("#bulk-all", bar).hidden = whole !== null;
    one("#bulk-more", bar).replaceChildren(...others(new Set(list.map((box) => box.value))));
    save();
  }

  function clear() {
    ticked.clear();
    whole = null;
    anchor = "";
    show();
  }

  // Taking one away from the whole view leaves what is ticked on this page.
  function set(box, on) {
    if (whole && !on) {
      for (const other of boxes()) ticked.add(other.value);
      whole = null;
    }
    if (on) ticked.add(box.value); else ticked.delete(box.value);
  }

  function range(to, on) {
    const list = boxes(), at = list.indexOf(to), from = list.findIndex((box) => box.value === anchor);
    if (at < 0) return;
    for (const box of list.slice(Math.min(at, from < 0 ? at : from), Math.max(at, from) + 1)) set(box, on);
  }

  function toggle(box) {
    if (!box) return;
    set(box, !(whole || ticked.has(box.value)));
    anchor = box.value;
    show();
  }

  function toHere(box) {
    if (!box) return;
    range(box, true);
    anchor = box.value;
    show();
  }

  function extend(step) {
    const from = boxOf(rowOf());
    if (from) set(from, true);
    rowKeys()[step]?.();
    toHere(boxOf(rowOf()));
  }

  function page() {
    for (const box of boxes()) set(box, true);
    show();
  }

  // News that is dismissed stays away over refreshes.

  const dismissed = new Set(JSON.parse(sessionStorage.getItem("bulk-news") ?? "[]"));

  function showNews() {
    for (const news of all(".bulk-news[data-bulk]")) news.hidden = dismissed.has(news.dataset.bulk);
  }

  function dismiss(news) {
    dismissed.add(news.dataset.bulk);
    sessionStorage.setItem("bulk-news", JSON.stringify([...dismissed]));
    showNews();
  }

  function refresh() {
    showNews();
    show();
  }

  function onClick(event) {
    const hide = closest(event, "[data-bulk-hide]");
    if (hide) return dismiss(hide.closest(".bulk-news"));
    const box = closest(event, "[data-ticket] input[name=number]");
    if (box) {
      if (event.shiftKey) range(box, box.checked);
      set(box, box.checked);
      anchor = box.value;
      return show();
    }
    const button = closest(event, "[data-bulk-clear], [data-bulk-page], [data-bulk-all]");
    if (!button) return;
    if (button.matches("[data-bulk-clear]")) return clear();
    if (button.matches("[data-bulk-page]")) return page();
    whole = { query: button.dataset.bulkAll, words: button.dataset.words };
    show();
  }

  function onKey(event) {
    const typing = event.target.matches?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (typing || event.defaultPrevented || one("dialog[open], details.menu[open], [popover]:popover-open")) return;
    if (event.key === "Escape" && form()?.matches("[data-ticked]")) {
      event.preventDefault(); // or it would close the ticket too
      return clear();
    }
    if (event.key === "a" && (event.ctrlKey || event.metaKey) && (closest(event, "#tickets, #bulk") || event.target === document.body)) {
      event.preventDefault();
      page();
    }
  }

  function onAnswered(event) {
    const { sourceElement: source, response } = event.detail.ctx;
    if (source?.id !== "bulk" || !response || response.status >= 400) return;
    source.reset();
    clear();
  }

  window.signalbox.rowKeys = () => boxes().length === 0 ? {} : {
    ...rowKeys(),
    x: () => toggle(boxOf(rowOf())),
    X: () => toHere(boxOf(rowOf())),
    J: () => extend("j"),
    K: () => extend("k"),
  };

  listen({ click: onClick, keydown: onKey, "htmx:after:request": onAnswered, "htmx:after:swap": refresh });
  refresh();
})();
