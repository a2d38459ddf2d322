/* What is heard and felt of an outcome, for eyes that are on the boxes: three tones, and vibration where there is one. */
const MUTED = "k2k.scan.muted";
const TONES = {
  ok: [[988, 0, 0.09], [1319, 0.09, 0.14]],
  warn: [[587, 0, 0.12], [587, 0.18, 0.12]],
  bad: [[196, 0, 0.22], [165, 0.26, 0.34]],
};
const VIBRATIONS = { ok: [60], warn: [60, 80, 60], bad: [350, 120, 350], info: [30] };

let sound = null;

export const muted = () => localStorage.getItem(MUTED) === "1";

export const mute = (on) => (on ? localStorage.setItem(MUTED, "1") : localStorage.removeItem(MUTED));

const play = (tone) => {
  sound ??= new AudioContext();
  if (sound.state === "suspended") sound.resume();
  for (const [frequency, from, lasts] of TONES[tone]) {
    const note = sound.createOscillator(), volume = sound.createGain();
    const start = sound.currentTime + from;
    note.type = tone === "bad" ? "square" : "sine";
    note.frequency.value = frequency;
    volume.gain.setValueAtTime(0.25, start);
    volume.gain.linearRampToValueAtTime(0, start + lasts);
    note.connect(volume).connect(sound.destination);
    note.start(start);
    note.stop(start + lasts);
  }
};

/* Browsers allow neither before the person has pressed something on the page. */
export const signal = (tone) => {
  if (navigator.userActivation && !navigator.userActivation.hasBeenActive) return;
  navigator.vibrate?.(VIBRATIONS[tone] ?? []);
  if (TONES[tone] && !muted() && "AudioContext" in window) play(tone);
};
