// What it says, in the visitor's language.

let settings = null, embed = {};
let T = {}, locale = 'en';

const languages = () => [document.documentElement.lang, ...navigator.languages, 'en'].filter(Boolean);

// configure asks for the settings, with all texts in one language: the team's, or the first of these that it has.
// An exclamation mark before the first goes before the team's.
async function configure(wanted) {
  const { conversations } = await ask(`array/${token}/config?languages=${encodeURIComponent(wanted)}`);
  const language = conversations.embed.language;
  locale = wanted.find((tag) => tag.toLowerCase().startsWith(language)) || language;
  try { new Intl.Locale(locale); } catch { locale = language; } // de_DE
  T = conversations.embed.strings[language];
  return conversations;
}

const fill = (text, name, value) => text.replace(`{${name}}`, () => value);
const number = (n, options) => new Intl.NumberFormat(locale, options).format(n);
const moment = (at, options) => new Intl.DateTimeFormat(locale, options).format(new Date(at));
const clock = { hour: 'numeric', minute: '2-digit' };
// when is short today, and has a date before.
const when = (at, time) => moment(at, new Date(at).toDateString() === new Date().toDateString() ? clock : { day: 'numeric', month: 'short', ...time });

const amount = (n, unit, unitDisplay) => number(n, { style: 'unit', unit, unitDisplay });
const size = (bytes) => (bytes < 2 ** 20
  ? amount(Math.ceil(bytes / 1024), 'kilobyte')
  : amount(Math.round(bytes / 2 ** 20 * 10) / 10, 'megabyte'));
const span = (minutes) => (minutes < 60 ? amount(minutes, 'minute', 'long')
  : minutes < 1440 ? amount(Math.ceil(minutes / 60), 'hour', 'long')
    : amount(Math.ceil(minutes / 1440), 'day', 'long'));
