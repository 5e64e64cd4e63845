import { describe, expect, test, vi } from 'vitest';
import { createTextStore, makeTexts } from './texts';
import english from './en.ftl';
import german from './de.ftl';

const en = (messages: Parameters<typeof makeTexts>[1][number]['messages']) => makeTexts('en', [{ language: 'en', messages }], []);

test('a text is found by its id, and an unknown id is shown as it is', () => {
  const { t } = en(english);
  expect(t('entrance-sign-in')).toBe('Sign in');
  expect(t('no-such-text')).toBe('no-such-text');
});

test('what the first language lacks comes from the next', () => {
  const { t } = makeTexts('de', [{ language: 'de', messages: { greeting: 'Hallo' } }, { language: 'en', messages: { greeting: 'Hello', parting: 'Goodbye' } }], []);
  expect(t('greeting')).toBe('Hallo');
  expect(t('parting')).toBe('Goodbye');
});

test('a missing argument shows which one, and throws nothing', () => {
  expect(en(english).t('entrance-title-invited')).toBe('#{$room} · Chillin');
});

describe('an argument in a script that runs the other way', () => {
  test('is isolated, so that it does not turn the sentence around', () => {
    expect(en(english).t('entrance-title-invited', { room: 'قراءة' })).toBe('#\u2068قراءة\u2069 · Chillin');
  });
  test('an override character cannot do so either', () => {
    expect(en(english).t('entrance-title-invited', { room: 'a\u202eb' })).toBe('#\u2068a\u202eb\u2069 · Chillin');
  });
  test('other names carry no invisible marks', () => {
    expect(en(english).t('entrance-title-invited', { room: 'tea' })).toBe('#tea · Chillin');
  });
});

describe('the store', () => {
  test('begins in English, and tells when another language is there', async () => {
    const store = createTextStore([]);
    const changed = vi.fn();
    store.subscribe(changed);
    expect(store.get().t('entrance-sign-in')).toBe('Sign in');
    await store.setLanguage('de');
    expect(changed).toHaveBeenCalled();
    expect(store.get().language).toBe('de');
    expect(store.get().t('entrance-sign-in')).toBe(german['entrance-sign-in']);
  });

  test('a part asked for stays through a change of language', async () => {
    const store = createTextStore([]);
    expect(store.get().t('rooms-title')).toBe('rooms-title');
    await store.loadPart('inside');
    expect(store.get().t('rooms-title')).toBe('Rooms');
    await store.setLanguage('de');
    expect(store.get().t('rooms-title')).toBe('Räume');
  });

  test('two parts asked for at once are both there when either is done', async () => {
    const store = createTextStore([]);
    await Promise.all([
      store.loadPart('inside').then(() => { expect(store.get().t('rooms-title')).toBe('Rooms'); }),
      store.loadPart('chat'),
    ]);
    expect(store.get().t('rooms-title')).toBe('Rooms');
    expect(store.get().t('chat-members')).not.toBe('chat-members');
  });

  test('the last language asked for wins', async () => {
    const store = createTextStore([]);
    await Promise.all([store.setLanguage('de'), store.setLanguage('en')]);
    expect(store.get().language).toBe('en');
  });
});
