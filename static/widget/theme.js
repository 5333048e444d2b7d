// Colour, corner, theme, size and sound.

const tint = (name, value) => stage.style.setProperty(name, value);

function paint() {
  label();
  const color = /^#[0-9a-f]{6}$/i.test(settings.color || '') ? settings.color : '#2b5bd7';
  const [r, g, b] = [1, 3, 5].map((i) => { // sRGB to linear light, WCAG 2.2
    const c = parseInt(color.slice(i, i + 2), 16) / 255;
    return c <= 0.04 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  tint('--accent', color);
  tint('--on', 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? '#000' : '#fff'); // one of the two always reaches 4.5 : 1
  const at = settings.widgetPosition || '';
  stage.classList.toggle('left', at.includes('left'));
  stage.classList.toggle('top', at.includes('top'));
  shade();
  stage.lang = locale;
  stage.dir = embed.language === 'ar' ? 'rtl' : 'ltr';
  noise.checked = noisy();
  drawn.clear();
  log.replaceChildren();
  painted = '';
  draw();
}

const night = matchMedia('(prefers-color-scheme: dark)');
const shade = () => stage.classList.toggle('dark', embed.theme === 'dark' || (embed.theme !== 'light' && night.matches));

const narrow = matchMedia('(max-width: 480px)');

// fit keeps the panel above a telephone's keyboard, which covers the page without making it smaller.
function fit() {
  const { height, offsetTop, scale } = visualViewport;
  if (scale > 1.01) return; // that is a magnifying glass
  tint('--height', height + 'px');
  tint('--up', offsetTop + 'px');
}

// --- sound: two soft tones, only for whoever wants them -------------------------------------

let audio = null;
const noisy = () => load('sound') ?? embed.sound === true;

// tune opens the loudspeaker; browsers allow it only while the visitor presses something.
function tune() {
  if (noisy() && !audio && window.AudioContext) audio = new AudioContext();
}

function ding() {
  if (!audio || !noisy()) return;
  [740, 990].forEach((pitch, i) => {
    const tone = audio.createOscillator(), volume = audio.createGain(), at = audio.currentTime + i / 9;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.08, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.3);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.3);
  });
}
