// The builder: saves that follow each other, what is done in the flow by mouse or keys, folding.
// It changes nothing itself: every change is a form of the page, sent to the server.
"use strict";

(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const builder = () => document.getElementById("builder");
  const reached = (event, selector) => event.target instanceof Element ? event.target.closest(selector) : null;
  const typing = (element) => element?.matches("input:not([type=checkbox], [type=radio], [type=hidden]), textarea, select");

  // Saves that follow each other do not conflict.

  const newer = new Map(); // a draft that we ourselves have saved over, and what came of it

  // A request that waited behind another was filled in before that one's answer came.
  function beforeRequest({ detail: { ctx } }) {
    const { body } = ctx.request;
    if (!(body instanceof URLSearchParams) || !body.has("rev")) return;
    while (newer.has(body.get("rev"))) body.set("rev", newer.get(body.get("rev")));
    ctx.savedOver = body.get("rev");
  }

  // After somebody else's save the number is theirs: a request that waits must meet the same conflict.
  function finallyRequest({ detail: { ctx: { savedOver, response } } }) {
    const now = builder()?.dataset.rev;
    if (savedOver && response?.status < 300 && now && now !== savedOver) newer.set(savedOver, now);
  }

  // Orders.

  const cards = () => all(".card[data-at]").filter((card) => card.dataset.at && card.checkVisibility());
  let next = ""; // the id to focus when the flow has been drawn anew

  // order sends what was done to a step in the flow; the panel stays as it is.
  function order(step, verb, to) {
    const form = document.getElementById("order");
    const set = (name, value) => {
      const input = form.elements.namedItem(name) ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name }));
      input.value = value;
    };
    set("step", step);
    set("do", verb);
    if (to !== undefined) set("to", to);
    form.requestSubmit();
  }

  function remove(card) {
    const list = cards(), at = list.indexOf(card);
    const inside = card.parentElement.nextElementSibling;
    const after = list.slice(at + 1).find((other) => !inside?.contains(other)) ?? list[at - 1] ?? one(".card");
    next = after?.id ?? "";
    order(card.dataset.card, "delete");
  }

  const aside = (key) => document.dir === "rtl" ? (key === "ArrowLeft" ? "right" : "left") : key === "ArrowLeft" ? "left" : "right";
  const along = { ArrowUp: "up", ArrowDown: "down" };

  // onCardKey does what the keys mean on a card that has the focus.
  function onCardKey(event, card) {
    const { key } = event;
    if (event.altKey && key.startsWith("Arrow")) order(card.dataset.card, along[key] ?? aside(key));
    else if (event.altKey || event.ctrlKey || event.metaKey) return false;
    else if (key === "m") htmx.ajax("GET", `${location.pathname}?move=${encodeURIComponent(card.dataset.card)}`, { source: card, target: "#builder", swap: "outerMorph" });
    else if (key === "d") order(card.dataset.card, "duplicate");
    else if (key === "Delete" || key === "Backspace") remove(card);
    else return false;
    return true;
  }

  // A path of an if-step moves among its neighbours.
  function onPathKey(event, path) {
    if (!event.altKey || !path.dataset.branch || !/^Arrow(Left|Right)$/.test(event.key)) return false;
    const list = all(".cond", path.closest(".branches")).filter((cond) => cond.dataset.of === path.dataset.of);
    const verb = aside(event.key) === "left" ? "up" : "down";
    const neighbour = list[list.indexOf(path) + (verb === "up" ? -1 : 1)];
    if (neighbour?.dataset.branch) next = neighbour.id;
    order(path.dataset.of, `${verb}:${path.dataset.branch}`);
    return true;
  }

  // Choosing a place: all of them in turn, or the nearest one beside.

  const places = () => all("#builder button.wire-add").filter((place) => place.checkVisibility());

  function nearest(from, direction) {
    const middle = (element) => { const r = element.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; };
    const [x, y] = middle(from);
    let best, least = Infinity;
    for (const place of places()) {
      const [px, py] = middle(place), ahead = (px - x) * direction;
      if (ahead < 20) continue;
      const distance = ahead + 2 * Math.abs(py - y);
      if (distance < least) [best, least] = [place, distance];
    }
    return best;
  }

  function onPlaceKey(event) {
    const list = places(), at = list.indexOf(document.activeElement);
    const to = { ArrowUp: () => list[at - 1], ArrowDown: () => list[at + 1], Home: () => list[0], End: () => list.at(-1),
      ArrowLeft: () => nearest(list[at], -1), ArrowRight: () => nearest(list[at], 1) }[event.key];
    if (event.key === "Escape") { one("[data-leave]")?.click(); return true; }
    if (!to || at < 0) return false;
    const place = to();
    place?.focus();
    place?.scrollIntoView({ block: "nearest", inline: "nearest" });
    return true;
  }

  let moving = "";

  function beginMoving() {
    const step = builder()?.dataset.moving ?? "";
    if (step && step !== moving) {
      const card = document.getElementById("step-" + step), list = places();
      const after = list.find((place) => card.compareDocumentPosition(place) & Node.DOCUMENT_POSITION_FOLLOWING);
      (after ?? list.at(-1))?.focus();
    }
    if (!step && moving) next ||= "step-" + moving;
    moving = step;
  }

  function onKey(event) {
    if (!builder() || event.isComposing || one("dialog[open]")) return;
    if (reached(event, "#fields")) return onFieldsKey(event);
    if (drag && event.key === "Escape") endDrag(false);
    const undo = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "z";
    if (undo && !typing(event.target)) {
      event.preventDefault();
      document.getElementById(event.shiftKey ? "redo" : "undo").click();
      return;
    }
    const card = reached(event, ".card[data-at]"), path = reached(event, ".cond");
    const done = builder().dataset.moving && onPlaceKey(event) || card?.dataset.at && onCardKey(event, card) || path && onPathKey(event, path);
    if (!done) return;
    event.preventDefault();
    event.stopPropagation();
  }

  // Dragging. The card follows the pointer as a likeness of itself; the nearest place that may take it lights up.

  const slack = 6, reach = 140; // pixels: from where on it is a drag, and how near a place must be
  let drag = null;

  function onPointerDown(event) {
    const card = reached(event, ".card[data-at]") ?? reached(event, ".card-box")?.querySelector(".card[data-at]");
    const byGrip = reached(event, ".grip");
    if (!card?.dataset.at || event.button !== 0 || reached(event, ".fold") || event.pointerType !== "mouse" && !byGrip || builder().dataset.moving) return;
    drag = { card, x: event.clientX, y: event.clientY, id: event.pointerId, ghost: null, over: null };
  }

  function beginDrag() {
    const box = drag.card.getBoundingClientRect();
    const ghost = drag.card.cloneNode(true);
    for (const element of [ghost, ...all("[id]", ghost)]) element.removeAttribute("id");
    ghost.classList.add("ghost");
    ghost.inert = true;
    ghost.style.inlineSize = box.width + "px";
    drag.ghost = document.body.appendChild(ghost);
    drag.dx = box.x - drag.x;
    drag.dy = box.y - drag.y;
    builder().classList.add("dragging");
    drag.card.closest(".card-box").classList.add("moving");
    getSelection().removeAllRanges();
    scrollWhileDragging();
  }

  // mayTake leaves out the places on the card's own paths and the two beside it.
  function mayTake(place) {
    const { card } = drag, [index, ...path] = card.dataset.at.split(".");
    if (place.closest(`[data-inside="${CSS.escape(card.dataset.card)}"]`)) return false;
    const [at, ...of] = place.dataset.place.split(".");
    return path.join(".") !== of.join(".") || at !== index && at !== String(Number(index) + 1);
  }

  function placeNear(x, y) {
    let best = null, least = reach;
    for (const place of all("#builder .wire-add")) {
      if (!place.checkVisibility() || !mayTake(place)) continue;
      const r = place.getBoundingClientRect();
      const distance = Math.hypot(r.x + r.width / 2 - x, r.y + r.height / 2 - y);
      if (distance < least) [best, least] = [place, distance];
    }
    return best;
  }

  function onPointerMove(event) {
    if (!drag || event.pointerId !== drag.id) return;
    if (!drag.ghost && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < slack) return;
    if (!drag.ghost) beginDrag();
    event.preventDefault();
    [drag.nowX, drag.nowY] = [event.clientX, event.clientY];
    drag.ghost.style.translate = `${event.clientX + drag.dx}px ${event.clientY + drag.dy}px`;
    const over = placeNear(event.clientX, event.clientY);
    if (over === drag.over) return;
    drag.over?.classList.remove("over");
    over?.classList.add("over");
    drag.over = over;
  }

  // Near an edge the flow scrolls along.
  function scrollWhileDragging() {
    const flow = one(".flow");
    if (!drag?.ghost || !flow) return;
    const edge = 48, speed = 12, r = flow.getBoundingClientRect();
    const pull = (at, from, to) => at < from + edge ? -speed : at > to - edge ? speed : 0;
    if (drag.nowX !== undefined) flow.scrollBy(pull(drag.nowX, r.left, r.right), pull(drag.nowY, r.top, r.bottom));
    requestAnimationFrame(scrollWhileDragging);
  }

  function endDrag(drop) {
    const { card, ghost, over } = drag;
    drag = null;
    if (!ghost) return;
    ghost.remove();
    over?.classList.remove("over");
    builder()?.classList.remove("dragging");
    card.closest(".card-box")?.classList.remove("moving");
    // What ends a drag is no click on what lies under it.
    const quiet = (event) => { event.preventDefault(); event.stopPropagation(); };
    addEventListener("click", quiet, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", quiet, { capture: true }));
    if (drop && over) order(card.dataset.card, "move", over.dataset.place);
  }

  // The list of fields: what is chosen goes into the field that it was opened for.

  let taker = null;

  function openFields(button) {
    taker = document.getElementById(button.dataset.for);
    const list = document.getElementById("fields"), from = button.getBoundingClientRect();
    const width = Math.min(340, innerWidth - 16), below = innerHeight - from.bottom > 260;
    Object.assign(list.style, {
      inlineSize: width + "px", left: Math.max(8, Math.min(from.right - width, innerWidth - width - 8)) + "px",
      top: below ? from.bottom + 4 + "px" : "auto", bottom: below ? "auto" : innerHeight - from.top + 4 + "px",
      maxBlockSize: Math.min(420, (below ? innerHeight - from.bottom : from.top) - 12) + "px",
    });
    const search = one("[data-fields-search]", list);
    search.value = "";
    lookFor("");
    search.focus();
  }

  function lookFor(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const found = (item) => words.every((word) => item.textContent.toLowerCase().includes(word));
    for (const item of all("#fields .fields-item")) item.hidden = !found(item);
    for (const group of all("#fields .fields-group")) group.hidden = !one(".fields-item:not([hidden])", group);
    one("[data-fields-none]").hidden = !!one("#fields .fields-item:not([hidden])");
  }

  function insertField(path) {
    document.getElementById("fields").hidePopover();
    if (!taker?.isConnected) return;
    if (taker.dataset.template === "path") taker.value = path;
    else taker.setRangeText(`{${path}}`, taker.selectionStart, taker.selectionEnd, "end");
    taker.focus();
    taker.dispatchEvent(new Event("input", { bubbles: true }));
    taker.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // The arrow keys go through the list, Enter in the search takes the first.
  function onFieldsKey(event) {
    const items = all("#fields .fields-item").filter((item) => item.checkVisibility()), at = items.indexOf(document.activeElement);
    if (event.key === "ArrowDown") items[at + 1]?.focus();
    else if (event.key === "ArrowUp") (items[at - 1] ?? one("[data-fields-search]")).focus();
    else if (event.key === "Enter" && at < 0) items[0]?.click();
    else return;
    event.preventDefault();
  }

  // Folding is how one looks at a flow, so it stays in this browser. A sheet of rules survives every redraw.

  const foldsKey = "folds" + location.pathname;
  const folded = new Set(JSON.parse(sessionStorage.getItem(foldsKey) ?? "[]"));
  const folds = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, folds];

  function showFolds() {
    folds.replaceSync([...folded].map((id) => `#${CSS.escape(id)} { display: none !important; }`).join("\n"));
    for (const button of all("[data-fold]")) button.ariaExpanded = String(!folded.has(button.dataset.fold));
  }

  function fold(id) {
    if (!folded.delete(id)) folded.add(id);
    sessionStorage.setItem(foldsKey, JSON.stringify([...folded]));
    showFolds();
  }

  // What an answer changes.

  function show() {
    if (!builder()) return;
    showFolds();
    beginMoving();
    const card = document.getElementById(next) ?? (next || !builder().dataset.step ? null : document.getElementById("step-" + builder().dataset.step));
    next = "";
    if (card && !typing(document.activeElement) && !one("#panel [autofocus]")) card.focus();
    // A secret that was saved is the server's alone.
    for (const secret of all("#panel input[type=password]")) if (secret !== document.activeElement) secret.value = secret.defaultValue;
  }

  const reveal = () => (one(".card[aria-current]") ?? one(".card"))?.scrollIntoView({ block: "nearest", inline: "center" });

  document.addEventListener("htmx:before:request", beforeRequest);
  document.addEventListener("htmx:finally:request", finallyRequest);
  document.addEventListener("htmx:after:swap", show);
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("pointerdown", onPointerDown);
  document.addEventListener("pointermove", onPointerMove);
  document.addEventListener("pointerup", () => drag && endDrag(true));
  document.addEventListener("pointercancel", () => drag && endDrag(false));
  document.addEventListener("click", (event) => {
    const button = reached(event, "[data-fold]");
    if (button) fold(button.dataset.fold);
    const item = reached(event, ".fields-item");
    if (item) insertField(item.dataset.path);
    const opener = reached(event, ".look-up");
    if (opener) requestAnimationFrame(() => document.getElementById("fields").matches(":popover-open") && openFields(opener));
  });
  document.addEventListener("input", (event) => {
    if (reached(event, "[data-fields-search]")) lookFor(event.target.value);
  });
  document.addEventListener("DOMContentLoaded", () => { show(); reveal(); });
})();
