// The builder: saves that follow each other do not conflict.
"use strict";

(() => {
  const builder = () => document.getElementById("builder");
  const newer = new Map(); // a draft that we ourselves have saved over, and what came of it

  // A request that waited behind another was filled in before that one's answer came.
  document.addEventListener("htmx:before:request", (event) => {
    const { request } = event.detail.ctx;
    if (!(request.body instanceof URLSearchParams) || !request.body.has("rev")) return;
    while (newer.has(request.body.get("rev"))) request.body.set("rev", newer.get(request.body.get("rev")));
    event.detail.ctx.savedOver = request.body.get("rev");
  });

  // After somebody else's save the number is theirs: a request that waits must meet the same conflict.
  document.addEventListener("htmx:finally:request", (event) => {
    const { savedOver, response } = event.detail.ctx;
    const now = builder()?.dataset.rev;
    if (savedOver && response?.status < 300 && now && now !== savedOver) newer.set(savedOver, now);
  });

  // Without the fragment of an address, bring the chosen card, or the first, into view on a wide flow.
  document.addEventListener("DOMContentLoaded", () => {
    (document.querySelector(".card[aria-current]") ?? document.querySelector(".card"))?.scrollIntoView({ block: "nearest", inline: "center" });
  });
})();
