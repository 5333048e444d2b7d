// The page of a ticket tells that it was read once somebody looks at it; without scripts its button does. What only fetches
// pages, as programs that look through mail do, tells nothing.
(() => {
  'use strict';

  const form = document.querySelector('form[data-read]');
  if (!form) return;
  const needed = !form.hidden;
  form.hidden = true;

  const tell = async () => {
    if (document.visibilityState !== 'visible') return;
    document.removeEventListener('visibilitychange', tell);
    const said = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), redirect: 'manual' }).catch(() => null);
    form.hidden = !needed || said?.type === 'opaqueredirect';
  };
  document.addEventListener('visibilitychange', tell);
  tell();
})();
