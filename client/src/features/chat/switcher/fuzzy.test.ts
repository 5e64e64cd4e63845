import { describe, expect, it } from 'vitest';
import { fuzzyFilter, fuzzyScore } from './fuzzy';

const order = (query: string, names: readonly string[]): readonly string[] => fuzzyFilter(names, query, (name) => name);

describe('fuzzyScore', () => {
  it('wants every letter, in order', () => {
    expect(fuzzyScore('bc', 'book-club')).not.toBeNull();
    expect(fuzzyScore('cb', 'book-club')).not.toBeNull();
    expect(fuzzyScore('bz', 'book-club')).toBeNull();
    expect(fuzzyScore('kob', 'book')).toBeNull();
  });
});

describe('fuzzyFilter', () => {
  it('puts whole beginnings before beginnings of words before letters inside', () => {
    expect(order('tea', ['steady', 'green-tea', 'tea'])).toEqual(['tea', 'green-tea', 'steady']);
    expect(order('bc', ['abacus', 'book-club'])).toEqual(['book-club', 'abacus']);
  });
  it('is the shorter name first where all else is equal', () => {
    expect(order('te', ['tea-room', 'tea'])).toEqual(['tea', 'tea-room']);
  });
  it('leaves all in their order for nothing', () => {
    expect(order(' ', ['b', 'a'])).toEqual(['b', 'a']);
  });
  it('cares for neither case nor script', () => {
    expect(order('МО', ['москва', 'omsk'])).toEqual(['москва']);
  });
});
