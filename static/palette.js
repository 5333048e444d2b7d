// The command palette: the page's own actions at once, and what the server finds as soon as it answers.
(() => {
  "use strict";

  const { all, one, closest, listen, closeMenus, nameOf, act, usable } = window.signalbox;

  // Going back brings a body with a palette of its own.
  const dialog = () => one("#palette"), input = () => one("#palette-input"), local = () => one("#palette-local");
  const say = (text) => { one("#palette-said").textContent = text; };

  const debounce = 60, mostActions = 8;

  // Matching: every word of the query stands in the name, or its letters do in their order.

  function score(name, word) {
    const at = name.indexOf(word);
    if (at >= 0) return 100 - Math.min(at, 50) + (at === 0 || name[at - 1] === " " ? 60 : 0);
    let from = -1, total = 0;
    for (const letter of word) {
      const next = name.indexOf(letter, from + 1);
      if (next < 0) return -1;
      total += next === from + 1 ? 3 : next === 0 || name[next - 1] === " " ? 4 : -1;
      from = next;
    }
    return total;
  }

  function rank(action, words) {
    const scores = words.map((word) => score(action.match, word));
    return scores.includes(-1) ? -1 : scores.reduce((sum, s) => sum + s, 0);
  }

  // The page's actions, as its controls are named when the palette opens.

  let actions = [];

  const groupOf = (element) => element.matches("a.nav, .back, [data-step]") ? "Go to" : element.closest("#ticket") ? "Ticket" : "Actions";

  function collect(within) {
    const seen = new Set();
    actions = [];
    for (const element of all("[data-key], [data-palette], a.nav", (within && one(within)) || document)) {
      const name = nameOf(element), group = groupOf(element);
      if (!name || seen.has(group + name) || !usable(element) || element.matches("[data-open-palette]")) continue;
      seen.add(group + name);
      const match = (name + " " + (element.dataset.palette ?? "")).toLowerCase();
      actions.push({ element, name, group, match, key: element.dataset.key ?? "" });
    }
    const order = ["Ticket", "Actions", "Go to"];
    actions.sort((a, b) => order.indexOf(a.group) - order.indexOf(b.group));
  }

  const noIcon = () => Object.assign(document.createElement("span"), { className: "icon" });

  function iconOf(element) {
    const { icon } = element.dataset;
    const copy = (icon ? one("svg.icon") : one("svg.icon", element) ?? one("svg.icon", element.labels?.[0] ?? element))?.cloneNode(true);
    const use = icon && copy && one("use", copy);
    if (use) use.setAttribute("href", use.getAttribute("href").replace(/#.*/, "#" + icon));
    return copy ?? noIcon();
  }

  function optionOf(action, id) {
    const option = document.createElement("div");
    option.role = "option";
    option.id = id;
    option.className = "palette-item";
    const name = document.createElement("span");
    name.className = "clip";
    name.textContent = action.name;
    name.dir = "auto";
    const keys = document.createElement("span");
    keys.className = "palette-keys";
    keys.append(...action.key.split(" ").filter(Boolean).map((key) => Object.assign(document.createElement("kbd"), { textContent: key })));
    option.append(iconOf(action.element), name, keys);
    option.action = action;
    return option;
  }

  function showActions(query) {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const offered = words.length ? actions : actions.filter((action) => !action.element.closest("#account"));
    let found = offered.map((action) => ({ action, rank: rank(action, words) })).filter((f) => f.rank >= 0);
    if (words.length) found = found.sort((a, b) => b.rank - a.rank).slice(0, mostActions);
    const groups = Map.groupBy(found.map((f) => f.action), (action) => action.group);
    let n = 0;
    local().replaceChildren(...[...groups].map(([group, list]) => {
      const section = document.createElement("section");
      section.role = "group";
      section.ariaLabel = group;
      section.append(...list.map((action) => optionOf(action, "palette-action-" + n++)));
      return section;
    }));
  }

  // The options: one of them is active, the first unless the keys or the pointer chose.

  const options = () => all("#palette-list [role=option]").filter((option) => option.checkVisibility());
  const active = () => one("#palette-list [aria-selected=true]");

  function activate(option) {
    for (const other of all("#palette-list [aria-selected=true]")) other.ariaSelected = "false";
    input().removeAttribute("aria-activedescendant");
    if (!option) return;
    option.id ||= "palette-option-" + options().indexOf(option);
    option.ariaSelected = "true";
    input().setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  let chosen = false; // by the keys or the pointer, since the query changed

  function step(by) {
    chosen = true;
    const list = options(), at = list.indexOf(active());
    activate(list.at((at + by + list.length) % (list.length || 1)));
  }

  // What the server finds. Older answers are dropped; without any the actions are still there.

  let timer = 0, asking = null, wanted = false;

  const results = () => one("#palette-results");

  function show(found) {
    results().replaceWith(found);
    const here = new Set(actions.map((action) => action.element.href).filter(Boolean));
    for (const section of all("section", found)) {
      section.role = "group";
      for (const option of all("[role=option]", section)) {
        option.tabIndex = -1;
        if (here.has(option.href)) option.remove(); // it is among the page's own
      }
      section.hidden = !one("[role=option]", section);
    }
  }

  function nothing(text) {
    show(Object.assign(document.createElement("div"), { id: "palette-results" }));
    say(text);
  }

  // Who or what the query names stands before actions that only have its letters.
  function lead(found, query) {
    show(found);
    const named = found.dataset.named !== undefined && !actions.some((action) => action.match.startsWith(query));
    if (named) local().before(found); else local().after(found);
    if (!chosen) activate(options()[0]);
  }

  async function ask(query) {
    asking?.abort();
    const mine = asking = new AbortController();
    try {
      const answer = await fetch(dialog().dataset.src + "?" + new URLSearchParams({ q: query }), {
        headers: { "HX-Request": "true", "HX-Request-Type": "partial" }, signal: mine.signal,
      });
      const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("palette-results");
      if (mine !== asking) return;
      if (!answer.ok || !found) throw new Error("no answer");
      lead(document.adoptNode(found), query.toLowerCase());
      say(options().length ? "" : "Nothing is called like that.");
    } catch {
      if (mine !== asking) return;
      nothing("Tickets and people cannot be looked up right now. The actions of this page work.");
    }
    asking = null;
    settle();
  }

  function settle() {
    if (!active() || !options().includes(active())) activate(options()[0]);
    if (wanted) choose(wanted);
  }

  function onInput() {
    const query = input().value.trim();
    wanted = chosen = false;
    showActions(query);
    activate(one("[role=option]", local())); // what the last query found may stand before it still
    clearTimeout(timer);
    asking?.abort();
    asking = new AbortController(); // until the next answer there may be more
    timer = setTimeout(() => ask(query), debounce);
  }

  // Choosing. Enter may come before the answer, and then waits for it.

  function choose(how) {
    const option = active();
    wanted = !option && asking ? how : false;
    if (!option) return;
    if (option.action) return run(option.action, how);
    if (how === "tab") return void window.open(option.href, "_blank");
    dialog().close();
    go(option.href);
  }

  function run({ element, key }, how) {
    if (how === "tab" && element.href) return void window.open(element.href, "_blank");
    dialog().close();
    const now = element.isConnected ? element : one(`[data-key="${CSS.escape(key)}"]`); // the page may have refreshed
    if (now) act(now);
  }

  // A ticket opens beside the list when there is one, any other address as a page.
  function go(href) {
    const url = new URL(href), number = url.pathname.match(/^\/tickets\/(\d+)$/)?.[1];
    const row = number && one(`[data-ticket="${number}"] .row-text`);
    if (row) return row.click();
    if (!number || !one("#tickets") || !one("#ticket")) return location.assign(href);
    const path = url.pathname + location.search;
    htmx.ajax("GET", path, { target: "#ticket", swap: "outerHTML show:none", push: path });
  }

  // Opening and closing. The dialog gives the focus back by itself.

  function open(within) {
    if (one("dialog[open]")) return;
    closeMenus();
    collect(within);
    dialog().showModal();
    input().value = "";
    input().setAttribute("aria-expanded", "true");
    onInput();
  }

  function onClose(event) {
    if (event.target !== dialog() || event.target.open) return; // opened again before this was told
    clearTimeout(timer);
    asking?.abort();
    asking = null;
    wanted = false;
    input().setAttribute("aria-expanded", "false");
    if (document.activeElement === input()) input().blur(); // had nothing the focus before, the next key would be typed here
  }

  function onKey(event) {
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
      event.preventDefault();
      if (dialog().open) dialog().close(); else open();
      return;
    }
    if (!dialog()?.open || event.isComposing) return;
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (Object.hasOwn(moves, event.key)) step(moves[event.key]);
    else if (event.key === "Enter") choose(event.ctrlKey || event.metaKey ? "tab" : "here");
    else return;
    event.preventDefault();
  }

  function onClick(event) {
    const opener = closest(event, "[data-open-palette]");
    if (opener) open(opener.dataset.openPalette);
    const option = dialog()?.open && closest(event, "#palette-list [role=option]");
    if (!option) return;
    event.preventDefault();
    activate(option);
    choose(event.ctrlKey || event.metaKey ? "tab" : "here");
  }

  function onMove(event) {
    const option = closest(event, "#palette-list [role=option]");
    const moved = event.movementX || event.movementY; // a list that changes under a resting pointer chooses nothing
    if (!moved || !option || option === active()) return;
    chosen = true;
    activate(option);
  }

  function nameKeys() {
    if (/Mac|iP(hone|ad)/.test(navigator.platform)) for (const kbd of all("kbd[data-ctrl]")) kbd.textContent = "⌘";
  }

  document.addEventListener("close", onClose, true);
  listen({ keydown: onKey, click: onClick, mousemove: onMove, "htmx:after:swap": nameKeys, input: (event) => { if (event.target === input()) onInput(); } });
  nameKeys();
})();
