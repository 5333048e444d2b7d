// The list of tickets: moving in it, ticking, and which row is the one beside it.
(() => {
  "use strict";

  const { all, one, closest, listen } = window.signalbox;

  const rows = () => all("[data-ticket]");
  const ticked = new Set();

  const focusedRow = () => document.activeElement?.closest("[data-ticket]") ?? one("[data-ticket][aria-current]");

  function move(step) {
    const list = rows();
    const at = list.indexOf(focusedRow());
    const to = list[at < 0 ? 0 : Math.min(Math.max(at + step, 0), list.length - 1)];
    if (!to) return;
    one(".row-text", to).focus();
    to.scrollIntoView({ block: "nearest" });
  }

  function markCurrent() {
    for (const row of rows()) {
      if (location.pathname === "/tickets/" + row.dataset.ticket) row.setAttribute("aria-current", "page");
      else row.removeAttribute("aria-current");
    }
    const shown = one("#ticket textarea[name=subject]");
    if (shown) document.title = `${shown.value} · Signalbox`;
  }

  function showTicked() {
    for (const box of all("[data-ticket] input[name=number]")) box.checked = ticked.has(box.value);
    const count = one("[data-bulk-count]");
    if (count) count.textContent = ticked.size + " selected";
  }

  function onChange({ target }) {
    if (target.name !== "number" || target.form?.id !== "bulk") return;
    if (target.checked) ticked.add(target.value); else ticked.delete(target.value);
    showTicked();
  }

  function onAnswered(event) {
    const { sourceElement: source, response } = event.detail.ctx;
    if (response?.status < 400 && source.id === "bulk") ticked.clear();
  }

  function refresh() {
    markCurrent();
    showTicked();
  }

  window.signalbox.rowKeys = () => rows().length === 0 ? {} : {
    j: () => move(1),
    k: () => move(-1),
    o: () => one(".row-text", focusedRow() ?? document.createElement("i"))?.click(),
    x: () => one("input[name=number]", focusedRow() ?? document.createElement("i"))?.click(),
  };

  listen({
    change: onChange,
    click: (event) => { if (closest(event, "[data-bulk-clear]")) { ticked.clear(); showTicked(); } },
    "htmx:after:request": onAnswered, "htmx:after:swap": refresh, "htmx:after:history:update": markCurrent,
  });
  refresh();
})();
