import { expect, it, vi } from 'vitest';
import { createStore } from './store';

it('gives what was set last, and tells whoever listens', () => {
  const store = createStore(1);
  const heard = vi.fn();
  const stop = store.subscribe(heard);
  store.set(2);
  expect(store.get()).toBe(2);
  store.set(2);
  expect(heard).toHaveBeenCalledTimes(1);
  stop();
  store.set(3);
  expect(heard).toHaveBeenCalledTimes(1);
});

it('may be left by one who listens while it tells', () => {
  const store = createStore(1);
  const heard: string[] = [];
  const stop = store.subscribe(() => {
    heard.push('first');
    stop();
  });
  store.subscribe(() => heard.push('second'));
  store.set(2);
  store.set(3);
  expect(heard).toEqual(['first', 'second', 'second']);
});
