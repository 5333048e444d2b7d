// Keys: each is printed on the control that it presses, as data-key. "g i" is g and then i.
(() => {
  "use strict";

  const { all, one, closest, listen, shut, closeMenus, rowKeys } = window.signalbox;

  const sequenceTime = 1_500;

  const typing = (element) => element?.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

  // What a menu or the side bar of a narrow window hides is still part of the page.
  const usable = (element) => !element.disabled && (element.checkVisibility() || element.closest("details.menu, .side"));
  const controls = (key) => all(`[data-key="${CSS.escape(key)}"]`).filter(usable);

  // nameOf is what a control is called where it is not seen.
  function nameOf(element) {
    const spoken = element.dataset.keyName ?? element.ariaLabel;
    if (spoken) return spoken;
    if (element.matches("summary") && element.title) return element.title;
    const words = (element.labels?.[0] ?? element).cloneNode(true);
    for (const part of all("kbd, .count, option, svg", words)) part.remove();
    return words.textContent.replace(/\s+/g, " ").trim() || element.title || element.placeholder || "";
  }

  // act does what pressing or focusing a control does.
  function act(element) {
    if (typing(element)) {
      element.focus();
      if (element.select) element.select();
      return;
    }
    element.click();
    element.closest("form[data-draft]")?.elements.body.focus();
    if (!element.matches("summary")) return;
    const field = one("input:not([type=hidden])", element.parentElement);
    field?.focus();
    if (field?.type === "text") field.setSelectionRange(9e9, 9e9); // behind what is there
  }

  function press(key) {
    const found = controls(key);
    const element = found.find((e) => e.checkVisibility()) ?? found[0];
    if (element) act(element);
    return Boolean(element);
  }

  // Sequences: the first key waits a moment for the second.

  let before = "", timer = 0;

  function expect(key) {
    clearTimeout(timer);
    before = key;
    timer = setTimeout(() => { before = ""; }, sequenceTime);
  }

  function pressed(key) {
    if (before) {
      const whole = before + " " + key;
      expect("");
      return press(whole);
    }
    if (one(`[data-key^="${CSS.escape(key)} "]`)) {
      expect(key);
      return true;
    }
    const keys = rowKeys();
    if (!Object.hasOwn(keys, key)) return press(key);
    keys[key]();
    return true;
  }

  function onKey(event) {
    if (event.key === "Escape") return escape(event);
    if (event.defaultPrevented || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter" && event.target.matches("[data-oneline]")) {
      event.preventDefault();
      event.target.blur();
      return;
    }
    if (typing(event.target) || one("dialog[open]") || event.key.length !== 1 || event.key === " ") return;
    if (pressed(event.key)) event.preventDefault();
  }

  // Escape goes one step out: of a menu, of a field, of the ticket. Dialogs see to themselves.
  function escape(event) {
    if (one("dialog[open], :popover-open") || event.defaultPrevented || event.isComposing) return;
    const menu = one("details.menu[open]"), details = closest(event, "details[open]");
    closeMenus();
    if (details) { shut(details); one("summary", details).focus(); }
    else if (typing(event.target)) event.target.blur();
    else if (!menu) press("u");
  }

  // The sheet of all keys is made when it is looked at: what the page has no control for is there already.

  const places = [["#ticket", "Ticket"], [".side-foot, #filters", "Everywhere"], [".side", "Go to"]];
  const placeOf = (element) => places.find(([css]) => element.closest(css))?.[1] ?? "This page";

  function node(name, text, ...children) {
    const element = document.createElement(name);
    element.textContent = text;
    element.append(...children);
    return element;
  }

  function printed(element) {
    element.dataset.printed = "";
    return element;
  }

  function line(element) {
    const keys = element.dataset.key.split(" ").map((key) => node("kbd", key));
    return printed(node("div", "", node("dt", "", ...keys), node("dd", nameOf(element))));
  }

  function printSheet() {
    const sheet = one("#keys [data-sheet]"), seen = new Set();
    for (const fixed of all("[data-when]", sheet)) fixed.hidden = !one(fixed.dataset.when);
    const controls = all("[data-key]").filter((e) => usable(e) && !seen.has(e.dataset.key) && seen.add(e.dataset.key));
    for (const old of all("[data-printed]", sheet)) old.remove();
    for (const [place, list] of Map.groupBy(controls, placeOf)) {
      const there = all("h3", sheet).find((title) => title.textContent === place)?.parentElement;
      if (there) one("dl", there).append(...list.map(line));
      else sheet.append(printed(node("section", "", node("h3", place), node("dl", "", ...list.map(line)))));
    }
  }

  listen({ keydown: onKey, click: (event) => { if (closest(event, "[data-dialog=keys]")) printSheet(); } });
  window.signalbox = { ...window.signalbox, nameOf, act, usable };
})();
