// The demo shop's page tries out what a page may ask of the chat (see static/widget/start.js).
(() => {
  'use strict';

  const form = document.getElementById('chat-settings');
  const chat = window.Signalbox = window.Signalbox || [];
  form.hidden = false;

  form.addEventListener('change', () => {
    const { color, widgetPosition, theme, language } = Object.fromEntries(new FormData(form));
    window.Signalbox.push(['update', { color, widgetPosition, embed: { theme, language } }]);
  });
  form.addEventListener('click', (e) => {
    const wish = e.target.closest('[data-do]');
    if (wish) window.Signalbox.push([wish.dataset.do]);
  });

  const said = form.querySelector('output');
  chat.push(['on', 'unread', (n) => { said.textContent = n ? `The page hears: ${n} unread.` : ''; }]);
})();
