import { gemoji } from 'gemoji';
import { describe, expect, it } from 'vitest';
import { buildEmojiData, searchEmoji } from './emoji_data';
import { recentEmoji, rememberEmoji } from './recent_emoji';

const data = buildEmojiData(gemoji);

describe('buildEmojiData', () => {
  it('knows the usual short names', () => {
    for (const [name, char] of [['tada', '🎉'], ['+1', '👍'], ['thumbsup', '👍'], ['heart', '❤️']] as const) expect(data.byName.get(name)).toBe(char);
  });
  it('leaves out what the server would refuse as a reaction', () => {
    const encoder = new TextEncoder();
    expect(data.all.every((emoji) => encoder.encode(emoji.char).length <= 32)).toBe(true);
    expect(data.all.length).toBeGreaterThan(1_500);
  });
});

describe('searchEmoji', () => {
  it('puts the shortest name that begins with it first', () => {
    expect(searchEmoji(data, 'tea', 5)[0]?.char).toBe('🍵');
    expect(searchEmoji(data, ':tada:', 5)[0]?.char).toBe('🎉');
  });
  it('finds by tag, and nothing for nothing', () => {
    expect(searchEmoji(data, 'party', 20).map((emoji) => emoji.char)).toContain('🎉');
    expect(searchEmoji(data, ' ', 20)).toEqual([]);
    expect(searchEmoji(data, 'qqqq', 20)).toEqual([]);
    expect(searchEmoji(data, 'a', 7)).toHaveLength(7);
  });
});

describe('recentEmoji', () => {
  it('begins with the one used last, each once', () => {
    rememberEmoji('🍵');
    rememberEmoji('👀');
    expect(recentEmoji().slice(0, 2)).toEqual(['👀', '🍵']);
    expect(new Set(recentEmoji()).size).toBe(recentEmoji().length);
  });
  it('survives whatever is kept there', () => {
    localStorage.setItem('chillin.emoji.recent', '{"not": a list');
    expect(recentEmoji()).toContain('👍');
    localStorage.setItem('chillin.emoji.recent', '[1, null, ""]');
    expect(recentEmoji()[0]).toBe('👍');
  });
});
