/** Desktop notifications and sounds for what nobody saw. Both are off until the person switches them on. */

import type { Message } from '../protocol/types';
import type { Preferences, Store } from '../state/view';
import { navigate, roomPath } from './navigation';

export interface Notifier {
  readonly notify: (message: Message, mention: boolean) => void;
}

const BODY_CODE_POINTS = 140;
const SOUND_PAUSE_MS = 3_000;

export function createNotifier(preferences: Store<Preferences>): Notifier {
  let lastSound = 0;
  return {
    notify: (message, mention) => {
      const { notifications, sounds } = preferences.get();
      if (notifications) show(message);
      const now = Date.now();
      if (sounds && now - lastSound > SOUND_PAUSE_MS) {
        lastSound = now;
        play(mention);
      }
    },
  };
}

function show(message: Message): void {
  if (typeof Notification === 'undefined' || Notification.permission !== 'granted') return;
  const characters = Array.from(message.text);
  const body = characters.length > BODY_CODE_POINTS ? `${characters.slice(0, BODY_CODE_POINTS).join('')}…` : message.text;
  try {
    // One for a room: the next replaces it, so that a busy room does not fill the screen.
    const notification = new Notification(`${message.user} · #${message.room}`, { body, tag: `chillin ${message.room}`, icon: '/icon-192.png' });
    notification.onclick = () => {
      window.focus();
      navigate(roomPath(message.room));
      notification.close();
    };
  } catch {
    // Chrome on Android has the constructor and forbids its use.
  }
}

/** Two soft notes, made here: no file to load, and none to license. */
function play(mention: boolean): void {
  if (typeof AudioContext === 'undefined') return;
  const context = new AudioContext();
  const volume = context.createGain();
  volume.connect(context.destination);
  const begin = context.currentTime;
  volume.gain.setValueAtTime(0, begin);
  volume.gain.linearRampToValueAtTime(0.08, begin + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, begin + 0.5);
  const note = (frequency: number, at: number): void => {
    const tone = context.createOscillator();
    tone.type = 'sine';
    tone.frequency.value = frequency;
    tone.connect(volume);
    tone.start(begin + at);
    tone.stop(begin + 0.5);
  };
  note(mention ? 880 : 659.25, 0);
  note(mention ? 1174.66 : 783.99, 0.12);
  window.setTimeout(() => void context.close(), 800);
}
