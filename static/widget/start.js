/*
The chat for other people's sites. One line brings it:

  <script async src="https://desk.example.com/widget.js" data-token="…"></script>

A page with a content security policy lets it in with
  script-src https://desk.example.com; connect-src https://desk.example.com; img-src https://desk.example.com
and needs nothing else: no inline script, no inline style, no eval. Without img-src, pictures show as files.

window.Signalbox is its only global. Before the script has loaded, a plain array takes commands:

  window.Signalbox = window.Signalbox || [];
  Signalbox.push(['identify', {distinctId: 'u-17', hash: '<HMAC from your server>', email: '…', name: '…'}]);
  Signalbox.push(['on', 'unread', (n) => …]);

Afterwards push still works, and so do the same commands as methods:

  open() close() toggle()      the panel
  show() hide()                button and panel
  identify({distinctId, hash, email, name, traits})
                               signs the visitor in. With the hash (hex HMAC-SHA256 of distinctId under the team's
                               identity secret) they see their conversations on every device, and those which this
                               browser began before join them. Call it on every page: the hash is not kept.
  reset()                      signs out: forgets identity, conversations, drafts, and begins a new session
  update({color, greetingText, widgetPosition, embed: {theme, language, strings}})
                               other settings than the team's, for this page
  on(event, fn)                ready, open, close, unread (count), message ({ticketId, author, text});
                               the answer is a function that ends it

The parts in this folder are joined in the order that widget.go gives, inside one function, with the constants
STYLE, KEYS and TEXTS before them. A part only declares: all that has an effect begins in boot().
Comments and white space do not go out, so they cost visitors nothing.
*/
const script = document.currentScript || document.querySelector('script[data-token][src*="widget.js"]');
const token = script && script.dataset.token;
const base = token && new URL('.', script.src).href;
const earlier = window.Signalbox;

const LONGEST = 10000; // characters of a message
const MOST = 10;       // files of a message

// crypto.randomUUID is missing on pages without https.
const uuid = () => '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (c) =>
  (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
