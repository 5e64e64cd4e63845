/** What jsdom lacks of a browser, in the smallest form that the components need. Runs before each test file. */

import '@testing-library/jest-dom/vitest';
import { cleanup } from '@testing-library/react';
import { afterEach } from 'vitest';

afterEach(cleanup);

function openDialog(this: HTMLDialogElement): void {
  this.setAttribute('open', '');
}
function closeDialog(this: HTMLDialogElement): void {
  if (!this.hasAttribute('open')) return;
  this.removeAttribute('open');
  this.dispatchEvent(new Event('close'));
}
if (!('showModal' in HTMLDialogElement.prototype)) {
  Object.assign(HTMLDialogElement.prototype, { show: openDialog, showModal: openDialog, close: closeDialog });
}

if (typeof window.matchMedia !== 'function') {
  const matchMedia = (query: string): MediaQueryList =>
    Object.assign(new EventTarget(), {
      matches: false, media: query, onchange: null, addListener: () => undefined, removeListener: () => undefined,
    });
  Object.assign(window, { matchMedia });
}

if (!('ResizeObserver' in window)) {
  class ResizeObserver {
    observe(): void { /* nothing has a size in jsdom */ }
    unobserve(): void { /* nothing has a size in jsdom */ }
    disconnect(): void { /* nothing has a size in jsdom */ }
  }
  Object.assign(window, { ResizeObserver });
}

if (!('IntersectionObserver' in window)) {
  class IntersectionObserver {
    observe(): void { /* nothing is on screen in jsdom */ }
    unobserve(): void { /* nothing is on screen in jsdom */ }
    disconnect(): void { /* nothing is on screen in jsdom */ }
    takeRecords(): [] { return []; }
  }
  Object.assign(window, { IntersectionObserver });
}

// Radix asks for these as soon as a pointer comes near.
const element = Element.prototype as unknown as Record<string, unknown>;
element.hasPointerCapture ??= () => false;
element.setPointerCapture ??= () => undefined;
element.releasePointerCapture ??= () => undefined;
element.scrollIntoView ??= () => undefined;
