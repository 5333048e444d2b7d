// The preview beside the widget's settings follows what is typed. Without scripts the forms work, and there is none.
(() => {
  "use strict";

  const { one } = window.signalbox;
  const form = one("#widget-form"), frame = one("#preview");
  if (!form || !frame) return;

  const language = one("#preview-language"), visitor = one("#preview-visitor");

  // An exclamation mark before a language goes before the team's choice.
  const chosen = () => frame.dataset.language || (language.value === "auto" ? "" : language.value);
  const languages = () => chosen() ? "!" + chosen() : navigator.languages.join();

  const show = () => frame.contentWindow?.Signalbox?.update?.(JSON.parse(frame.dataset.config).conversations);

  // The rules for what may be set are the desk's: it makes of the form what it would tell a site.
  let waiting = 0, asked = 0;
  async function ask() {
    const mine = ++asked, body = new URLSearchParams(new FormData(form));
    body.set("languages", languages());
    const answer = await fetch(frame.dataset.src, { method: "POST", body }).catch(() => null);
    if (mine !== asked || !answer?.ok) return;
    frame.dataset.config = await answer.text();
    show();
  }

  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 200);
  }

  const color = one("#color"), pick = one("#color-pick");
  function follow(event) {
    if (event.target === pick) {
      color.value = pick.value;
      color.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (event.target === color && /^#[0-9a-f]{6}$/i.test(color.value)) {
      pick.value = color.value;
    }
    soon();
  }

  form.addEventListener("input", follow);
  form.addEventListener("change", soon);
  frame.addEventListener("load", () => frame.contentWindow.Signalbox?.on?.("ready", show));
  language?.addEventListener("change", ask);
  visitor.addEventListener("change", () => {
    // Replaced, so that the way back leads out of the settings and not through visitors.
    frame.contentWindow.location.replace(frame.dataset.src + "?visitor=" + visitor.value);
  });
})();
