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

  const fragment = { headers: { "HX-Request": "true", "HX-Request-Type": "partial" } };

  async function ask(path) {
    const response = await fetch(path, fragment);
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
    const chip = one("template[data-macro-chip]", preview);
    if (chip) put(form, chip.content);
    insert(field, one("[data-macro-text]", preview)?.textContent ?? "");
    field.focus();
  }

  // What goes with the message stands in the slot beside it, and the buttons say which status sending will set.

  const slotOf = (form) => one("[data-macro-slot]", form);

  function put(form, ...chip) {
    slotOf(form).replaceChildren(...chip);
    showStatus(form);
  }

  function showStatus(form) {
    const sets = one(".macro-chip", slotOf(form))?.dataset.sets ?? "";
    for (const button of form.querySelectorAll("[data-send]")) {
      const status = sets || button.dataset.usual;
      button.value = status;
      button.lastElementChild.textContent = button.dataset.verb + (status && ` and set ${status.replace("_", " ")}`);
    }
    const later = one("[name=later_then]", form);
    if (later) later.options[0].text = sets ? "As the macro says" : "Nothing";
  }

  // A text that comes back brings its macro: named at once, so that it is sent along, and then with what it changes.
  async function onMacro(event) {
    const form = event.target, { id } = event.detail;
    if ((form.elements.macro?.value ?? "") === id) return;
    const name = document.createElement("input");
    Object.assign(name, { type: "hidden", name: "macro", value: id });
    put(form, ...id ? [name] : []);
    if (!id) return;
    const response = await fetch(`${one("[data-macro-picker]", form).dataset.macroPicker}/${id}`, fragment).catch(() => null);
    if (!name.isConnected || !response || ![200, 404].includes(response.status)) return;
    const answer = document.createElement("div"), gone = document.createElement("p");
    if (response.ok) answer.innerHTML = await response.text();
    gone.className = "hint";
    gone.textContent = one(".alert", answer)?.textContent ?? "The macro that went with this text is gone. Only the text will be sent.";
    put(form, one("template[data-macro-chip]", answer)?.content ?? gone);
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
      put(form);
      form.dispatchEvent(new Event("signalbox:dropped", { bubbles: true }));
      form.elements.body.focus();
    } else if (open && !target?.closest("[data-macro-picker]")) {
      close();
    }
  }

  function onAnswered(event) {
    const { sourceElement: source, response } = event.detail.ctx;
    if (response?.status < 400 && source.matches("[data-macro-apply]")) close();
  }

  function refresh() {
    const form = one("form.composer");
    if (form && slotOf(form)) showStatus(form);
  }

  document.addEventListener("keydown", onKey, true);
  listen({ input: onInput, click: onClick, "signalbox:macro": onMacro, "htmx:after:request": onAnswered, "htmx:after:swap": refresh });
})();
