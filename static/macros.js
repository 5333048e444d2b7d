// Macros in the composer: "/" opens the picker, which shows what a macro would do before it is used.
(() => {
  "use strict";

  const { one, listen } = window.signalbox;
  const trigger = /(?:^|\s)\/([\p{L}\p{N}_-]{0,40})$/u;

  let open = null; // { form, box, slash } while the picker is shown; slash: its text begins in the message there
  let asked = 0; // only the answer to the latest question is shown

  const body = () => open.form.elements.body;
  const options = () => [...open.box.querySelectorAll("[data-macro]")];
  const chosen = () => one('[aria-selected="true"]', open.box);

  async function ask(path) {
    const response = await fetch(path, { headers: { "HX-Request": "true", "HX-Request-Type": "partial" } });
    return response.ok ? response.text() : null;
  }

  function typed(field) {
    const match = field.selectionStart === field.selectionEnd && trigger.exec(field.value.slice(0, field.selectionStart));
    return match ? { text: match[1], from: field.selectionStart - match[1].length - 1 } : null;
  }

  function show(form, slash) {
    const box = one("[data-macro-picker]", form);
    if (!box) return false;
    if (open?.box !== box) {
      close();
      const list = document.createElement("div"), preview = document.createElement("div");
      preview.setAttribute("aria-live", "polite");
      box.replaceChildren(list, preview);
    }
    open = { form, box, slash };
    box.hidden = false;
    const field = body();
    field.setAttribute("aria-controls", "macro-options");
    field.setAttribute("aria-haspopup", "listbox");
    return true;
  }

  function close() {
    if (!open) return;
    open.box.hidden = true;
    for (const name of ["aria-controls", "aria-haspopup", "aria-activedescendant"]) body().removeAttribute(name);
    open = null;
    asked++;
  }

  async function find(text) {
    const turn = ++asked, { box } = open;
    const html = await ask(`${box.dataset.macroPicker}?q=${encodeURIComponent(text)}`);
    if (turn !== asked || !open || html === null) return;
    box.firstElementChild.innerHTML = html;
    box.lastElementChild.replaceChildren();
    if (options().length) choose(options()[0]);
  }

  async function choose(option) {
    for (const o of options()) o.ariaSelected = String(o === option);
    body().setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
    const turn = ++asked, preview = open.box.lastElementChild;
    const html = await ask(option.dataset.macro);
    if (turn !== asked || !open || html === null) return;
    preview.innerHTML = html;
    preview.dataset.of = option.dataset.macro;
    htmx.process(preview);
  }

  function move(step) {
    const list = options();
    if (list.length) choose(list[(list.indexOf(chosen()) + step + list.length) % list.length]);
  }

  // use puts the text where "/" was typed, and the changes beside it.
  async function use(option) {
    const { form, box, slash } = open;
    const html = box.lastElementChild.dataset.of === option.dataset.macro ? box.lastElementChild.innerHTML : await ask(option.dataset.macro);
    if (html === null) return;
    const answer = document.createElement("div");
    answer.innerHTML = html;
    const preview = one(".macro-preview", answer);
    if (preview.dataset.macroFailed === "true") return;
    close();
    const field = form.elements.body;
    if (slash !== null) field.setSelectionRange(slash, Math.max(slash, field.selectionStart)); // what was typed gives way
    if (preview.dataset.macroNote === "true") one("#mode-note", form).click();
    insert(field, one("[data-macro-text]", preview)?.textContent ?? "");
    const chip = one("template[data-macro-chip]", preview);
    if (chip) one("[data-macro-slot]", form).replaceChildren(chip.content);
    field.focus();
  }

  // insert leaves the text to the composer, where that listens.
  function insert(field, text) {
    field.focus();
    const event = new CustomEvent("signalbox:insert", { bubbles: true, cancelable: true, detail: { text } });
    if (text && !field.dispatchEvent(event)) return;
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function onInput(event) {
    const form = event.target.name === "body" ? event.target.closest("form.composer") : null;
    if (!form) return;
    const found = typed(event.target);
    if (found && show(form, found.from)) find(found.text);
    else close();
  }

  const keys = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => { if (chosen()) use(chosen()); },
    Escape: close,
  };

  // Before the other scripts see the key: Escape closes the picker and leaves the field as it is.
  function onKey(event) {
    if (!open || event.target !== body() || event.ctrlKey || event.metaKey || event.isComposing) return;
    const act = Object.hasOwn(keys, event.key) ? keys[event.key] : null;
    if (!act || (event.key === "Enter" && !chosen())) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    act();
  }

  function onClick(event) {
    const target = event.target instanceof Element ? event.target : null;
    const opener = target?.closest("[data-macro-open]"), option = target?.closest("[data-macro]");
    if (opener && show(opener.closest("form"), null)) {
      event.preventDefault();
      body().focus();
      find("");
    } else if (option && open) {
      use(option);
    } else if (target?.closest("[data-macro-drop]")) {
      const form = target.closest("form");
      target.closest(".macro-chip").remove();
      form.elements.body.focus();
    } else if (open && !target?.closest("[data-macro-picker]")) {
      close();
    }
  }

  // What was sent took its macro with it.
  function onAnswered(event) {
    const { sourceElement: source, response } = event.detail.ctx;
    if (!response || response.status >= 400) return;
    if (source.matches("[data-macro-apply]")) close();
    if (source.matches("form.composer")) one("[data-macro-slot]", source)?.replaceChildren();
  }

  document.addEventListener("keydown", onKey, true);
  listen({ input: onInput, click: onClick, "htmx:after:request": onAnswered });
})();
