import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPublisher } from './publisher';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function counting() {
  let value = { n: 0 };
  const take = vi.fn(() => value);
  const publisher = createPublisher(take);
  const heard = vi.fn();
  publisher.store.subscribe(heard);
  return { publisher, heard, take, change: () => void (value = { n: value.n + 1 }) };
}

describe('a publisher', () => {
  it('hands out at once what the person did', () => {
    const { publisher, heard, change } = counting();
    change();
    publisher.now();
    expect(publisher.store.get()).toEqual({ n: 1 });
    expect(heard).toHaveBeenCalledTimes(1);
  });

  it('gathers what comes from elsewhere, at most once a frame', () => {
    const { publisher, heard, change } = counting();
    change();
    publisher.now();
    heard.mockClear();
    for (let i = 0; i < 100; ++i) {
      change();
      publisher.soon();
    }
    expect(heard).not.toHaveBeenCalled();
    expect(publisher.store.get()).toEqual({ n: 1 });
    vi.advanceTimersByTime(16);
    expect(heard).toHaveBeenCalledTimes(1);
    expect(publisher.store.get()).toEqual({ n: 101 });
    vi.advanceTimersByTime(1_000);
    expect(heard).toHaveBeenCalledTimes(1);
  });

  it('does not wait after a pause', () => {
    const { publisher, heard, change } = counting();
    vi.advanceTimersByTime(1_000);
    change();
    publisher.soon();
    vi.advanceTimersByTime(0);
    expect(heard).toHaveBeenCalledTimes(1);
  });

  it('hands out once what would come at once and soon', () => {
    const { publisher, heard, change } = counting();
    change();
    publisher.soon();
    publisher.now();
    vi.advanceTimersByTime(100);
    expect(heard).toHaveBeenCalledTimes(1);
  });

  it('says nothing when nothing changed', () => {
    const { publisher, heard } = counting();
    publisher.now();
    publisher.soon();
    vi.advanceTimersByTime(100);
    expect(heard).not.toHaveBeenCalled();
  });

  it('says nothing any more once it was stopped', () => {
    const { publisher, heard, change } = counting();
    change();
    publisher.soon();
    publisher.stop();
    vi.advanceTimersByTime(100);
    expect(heard).not.toHaveBeenCalled();
  });
});
