// Keys: each is printed on the control that it presses, as data-key.
(() => {
  "use strict";

  const { all, one, closest, listen, shut, closeMenus, rowKeys } = window.signalbox;

  const typing = (element) => element?.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

  function press(key) {
    const element = all(`[data-key="${CSS.escape(key)}"]`).find((e) => key === "?" || e.checkVisibility());
    if (!element) return false;
    if (typing(element)) {
      element.focus();
      if (element.select) element.select();
      return true;
    }
    element.click();
    element.closest("form[data-draft]")?.elements.body.focus();
    if (element.matches("summary")) one("input:not([type=hidden])", element.parentElement)?.focus();
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
    if (typing(event.target) || one("dialog[open]")) return;
    const keys = rowKeys();
    const act = Object.hasOwn(keys, event.key) ? keys[event.key] : null;
    if (act) act();
    if (act || (event.key.length === 1 && press(event.key))) event.preventDefault();
  }

  function escape(event) {
    closeMenus();
    const details = closest(event, "details[open]");
    if (details) { shut(details); one("summary", details).focus(); }
    else if (typing(event.target)) event.target.blur();
  }

  listen({ keydown: onKey });
})();
