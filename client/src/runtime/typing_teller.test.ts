import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTypingTeller } from './typing_teller';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function teller() {
  const said: string[] = [];
  const typing = createTypingTeller((event, room) => said.push(`${event} ${room}`));
  return { typing, said };
}

describe('telling that one types', () => {
  it('says so at the first key, and then no more often than needed', () => {
    const { typing, said } = teller();
    for (let i = 0; i < 20; ++i) {
      typing.key('lobby');
      vi.advanceTimersByTime(100);
    }
    expect(said).toEqual(['typing lobby']);
  });

  it('says it again before the server forgets it', () => {
    const { typing, said } = teller();
    for (let i = 0; i < 70; ++i) {
      typing.key('lobby');
      vi.advanceTimersByTime(100);
    }
    expect(said).toEqual(['typing lobby', 'typing lobby', 'typing lobby']);
  });

  it('says when it ends, by itself after a pause', () => {
    const { typing, said } = teller();
    typing.key('lobby');
    vi.advanceTimersByTime(3_999);
    expect(said).toEqual(['typing lobby']);
    vi.advanceTimersByTime(1);
    expect(said).toEqual(['typing lobby', 'stopTyping lobby']);
    vi.advanceTimersByTime(60_000);
    expect(said).toHaveLength(2);
  });

  it('says when it is stopped, unless a message says it too', () => {
    const { typing, said } = teller();
    typing.key('lobby');
    typing.stop('lobby', true);
    typing.key('lobby');
    typing.stop('lobby', false);
    typing.stop('lobby', true);
    vi.advanceTimersByTime(60_000);
    expect(said).toEqual(['typing lobby', 'stopTyping lobby', 'typing lobby']);
  });

  it('keeps rooms apart', () => {
    const { typing, said } = teller();
    typing.key('lobby');
    typing.key('garden');
    typing.stop('lobby', true);
    vi.advanceTimersByTime(4_000);
    expect(said).toEqual(['typing lobby', 'typing garden', 'stopTyping lobby', 'stopTyping garden']);
  });

  it('falls silent at the end', () => {
    const { typing, said } = teller();
    typing.key('lobby');
    typing.end();
    vi.advanceTimersByTime(60_000);
    expect(said).toEqual(['typing lobby']);
  });
});
