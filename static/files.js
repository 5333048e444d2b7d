// Files of the composer: chosen, dropped or pasted, they are sent to the server one after the other while the message is
// still written. Without it they go along with the form.
(() => {
  "use strict";

  const one = (selector, root = document) => root.querySelector(selector);
  const target = (event, selector) => event.target instanceof Element ? event.target.closest(selector) : null;
  const element = (tag, className = "", text = "") => Object.assign(document.createElement(tag), { className, textContent: text });

  const queue = []; // what waits to be sent, the first of it under way
  let held = null; // the button that was pressed meanwhile

  function add(form, files) {
    const list = one("[data-files]", form);
    if (!list) return;
    for (const file of files) {
      const row = showRow(list, file);
      if (file.size > Number(list.dataset.largest)) fail(row, `is larger than ${list.dataset.largest >> 20} MB. Send a link to it.`);
      else enqueue(row);
    }
  }

  function showRow(list, file) {
    const box = element("span", "file"), bar = element("progress"), note = element("small");
    const name = element("span", "clip", file.name || "file"), stop = element("button", "btn quiet icon-only", "×");
    name.dir = "auto";
    bar.ariaLabel = "Sent of " + file.name;
    stop.type = "button";
    stop.ariaLabel = "Cancel " + file.name;
    box.append(name, bar, note, stop);
    document.getElementById(list.id.replace("files", "uploads"))?.append(box);
    const row = { file, list: list.id, path: list.dataset.files, team: list.closest("form").elements.team.value, box, bar, note, stop };
    stop.onclick = () => drop(row);
    return row;
  }

  function enqueue(row) {
    queue.push(row);
    if (queue.length === 1) send(row);
  }

  function send(row) {
    const data = new FormData(), request = row.request = new XMLHttpRequest();
    data.append("team", row.team);
    data.append("upload", row.file, row.file.name || "file");
    request.open("POST", row.path);
    request.setRequestHeader("HX-Request", "true");
    request.setRequestHeader("HX-Request-Type", "partial");
    request.upload.onprogress = (e) => { if (e.lengthComputable) row.bar.value = e.loaded / e.total; };
    request.onload = () => request.status === 200 ? kept(row, request.responseText) : fail(row, refusal(request.responseText));
    request.onerror = () => fail(row, "could not be sent: the desk cannot be reached.");
    request.onloadend = () => next(row);
    request.send(data);
  }

  function next(row) {
    const at = queue.indexOf(row);
    if (at >= 0) queue.splice(at, 1);
    if (queue.length) { if (at === 0) send(queue[0]); return; }
    const button = held;
    held = null;
    if (button?.isConnected && !one(".file.failed", button.form)) button.form.requestSubmit(button);
  }

  // The answer is the whole list; the page may show another ticket by now.
  function kept(row, html) {
    row.box.remove();
    const list = document.getElementById(row.list);
    if (!list) return;
    const fresh = new DOMParser().parseFromString(html, "text/html").getElementById(row.list);
    list.replaceWith(fresh);
    htmx.process(fresh);
    demand();
  }

  function refusal(html) {
    const answer = new DOMParser().parseFromString(html, "text/html");
    return (one("[data-refusal], .error-text, .alert", answer)?.textContent ?? "could not be kept.").trim();
  }

  function fail(row, why) {
    row.bar.remove();
    row.box.classList.add("failed");
    row.note.textContent = why;
    row.stop.ariaLabel = "Dismiss " + row.file.name;
    if (!row.request) return; // no second try makes it smaller
    const again = element("button", "btn quiet", "Retry");
    again.type = "button";
    again.onclick = () => {
      again.remove();
      row.note.textContent = "";
      row.box.classList.remove("failed");
      row.bar.value = 0;
      row.note.before(row.bar);
      enqueue(row);
    };
    row.stop.before(again);
  }

  function drop(row) {
    row.box.remove();
    const under = queue[0] === row;
    if (under) return row.request.abort(); // and then the next
    const at = queue.indexOf(row);
    if (at >= 0) queue.splice(at, 1);
  }

  // What was refused is over with the message that it was to go with.
  function onAnswered(event) {
    const { sourceElement: form, response } = event.detail.ctx;
    if (!response || response.status >= 400 || !form.matches?.("form.composer")) return;
    document.querySelectorAll(".composer .file.failed").forEach((box) => box.remove());
  }

  // A message may be empty beside a file.
  function demand() {
    const form = one("form.composer");
    if (form?.elements.body) form.elements.body.required = !one("[data-files] [name=file]", form);
  }

  const carries = (event) => event.dataTransfer?.types.includes("Files");
  const composerAt = (event) => one("form.composer", target(event, "#ticket .talk") ?? document.createElement("i"));

  function onDrag(event) {
    if (!carries(event)) return;
    event.preventDefault(); // nor may a file dropped beside it take the place of the page
    const form = event.type === "dragleave" && !event.relatedTarget ? null : composerAt(event); // out of the window
    event.dataTransfer.dropEffect = form ? "copy" : "none";
    one("form.composer")?.classList.toggle("dropping", Boolean(form));
  }

  function onDrop(event) {
    if (!carries(event)) return;
    event.preventDefault();
    const form = composerAt(event);
    one("form.composer")?.classList.remove("dropping");
    if (form) add(form, event.dataTransfer.files);
  }

  // Text that brings its own picture, as spreadsheets do, is pasted as text.
  function onPaste(event) {
    const form = target(event, "form.composer"), data = event.clipboardData;
    if (!form || !data?.files.length || data.types.includes("text/plain")) return;
    event.preventDefault();
    add(form, data.files);
  }

  function onChange(event) {
    const input = target(event, "[data-attach]");
    if (!input?.form) return;
    add(input.form, [...input.files]);
    input.value = "";
  }

  // A message that is sent too early waits for its files.
  function onSubmit(event) {
    if (!queue.length || !event.target.matches("form.composer") || event.submitter?.hasAttribute("formaction")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    held = event.submitter;
    window.signalbox?.toast("The message is sent once its files are there.");
  }

  function onClick(event) {
    const link = target(event, "a[data-picture]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const box = element("dialog", "lightbox"), image = element("img"), line = element("p");
    const save = element("a", "btn", "Download"), shut = element("button", "btn quiet", "Close");
    Object.assign(image, { src: link.dataset.picture, alt: one("img", link)?.alt ?? "" });
    Object.assign(save, { href: link.href, download: link.download });
    box.ariaLabel = image.alt;
    shut.onclick = () => box.close();
    box.onclose = () => box.remove();
    line.append(save, shut);
    box.append(image, line);
    document.body.append(box);
    box.showModal();
  }

  for (const [name, listener] of Object.entries({
    dragover: onDrag, dragleave: onDrag, drop: onDrop, paste: onPaste, change: onChange, click: onClick, "htmx:after:swap": demand,
    "htmx:after:request": onAnswered,
  })) document.addEventListener(name, listener);
  document.addEventListener("submit", onSubmit, true);
  window.addEventListener("beforeunload", (event) => { if (queue.length) event.preventDefault(); });
  demand();
})();
