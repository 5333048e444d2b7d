// Mentions: an @ in a private note opens the names of the team. On a page without it, a name is typed.
(() => {
  "use strict";

  const { one, closest, listen } = window.signalbox;
  const trigger = /(?:^|[^\p{L}\p{N}])@([\p{L}\p{N}][\p{L}\p{N} .'’-]{0,60}|)$/u;
  const most = 8;

  let names = null; // asked for once a page
  let box = null; // the list while it is open
  let at = null; // { field, from }: what is typed begins behind the @ there

  async function ask() {
    const response = await fetch("/mentions", { headers: { "HX-Request": "true", "HX-Request-Type": "partial" } });
    if (!response.ok) return [];
    const list = document.createElement("ul");
    list.innerHTML = await response.text();
    return [...list.children];
  }

  function typed(field) {
    if (!field.form?.matches(".composer") || !one("#mode-note", field.form)?.checked) return null;
    if (field.selectionStart !== field.selectionEnd) return null;
    const match = trigger.exec(field.value.slice(0, field.selectionStart));
    return match && { text: match[1].toLowerCase(), from: field.selectionStart - match[1].length };
  }

  function fits(option, text) {
    const name = option.dataset.mention.toLowerCase();
    return name.startsWith(text) || (text !== "" && name.split(" ").some((word) => word.startsWith(text)));
  }

  async function onInput(event) {
    const field = event.target;
    if (field.name !== "body" || !typed(field)) return close();
    names ??= ask();
    const all = await names, now = typed(field);
    const found = now && document.activeElement === field ? all.filter((option) => fits(option, now.text)).slice(0, most) : [];
    if (!found.length) return close();
    open(field, now.from, found);
  }

  function open(field, from, found) {
    if (!box) {
      box = document.createElement("ul");
      box.id = "mentions";
      box.className = "mentions";
      box.role = "listbox";
      box.ariaLabel = "People and roles";
      document.body.append(box);
    }
    at = { field, from };
    box.replaceChildren(...found);
    const place = field.getBoundingClientRect();
    box.style.left = place.left + "px";
    box.style.bottom = window.innerHeight - place.top + 4 + "px";
    field.setAttribute("aria-controls", "mentions");
    choose(found[0]);
  }

  function choose(option) {
    for (const o of box.children) o.ariaSelected = String(o === option);
    at.field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function close() {
    if (!box) return;
    for (const name of ["aria-controls", "aria-activedescendant"]) at.field.removeAttribute(name);
    box.remove();
    box = at = null;
  }

  function use(option) {
    const { field, from } = at;
    close();
    field.setRangeText(option.dataset.mention + " ", from, field.selectionStart, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    close();
    field.focus();
  }

  function move(step) {
    const options = [...box.children], i = options.findIndex((o) => o.ariaSelected === "true");
    choose(options[(i + step + options.length) % options.length]);
  }

  const keys = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => use(one('[aria-selected="true"]', box)),
    Tab: () => use(one('[aria-selected="true"]', box)),
    Escape: close,
  };

  // Before the other scripts see the key: Enter takes the name and sends nothing.
  function onKey(event) {
    if (!box || event.target !== at.field || event.isComposing || event.ctrlKey || event.metaKey || !Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    keys[event.key]();
  }

  // A press on the list must not take the caret out of the field.
  function onDown(event) {
    const option = closest(event, "[data-mention]");
    if (!option || !box) return close();
    event.preventDefault();
    use(option);
  }

  // The menu's way to the field for another ticket's number, which is folded away.
  function onClick(event) {
    if (!closest(event, "[data-link-other]")) return;
    event.preventDefault();
    closest(event, "details").open = false;
    const field = one("#link-other");
    field.open = true;
    one("#link-number", field).focus();
  }

  document.addEventListener("keydown", onKey, true);
  listen({ input: onInput, mousedown: onDown, click: onClick });
})();
