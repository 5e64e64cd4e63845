import { expect, test } from 'vitest';
import { compile, idsIn, partsOf } from './ftl.ts';

test('a file falls into the parts of the client that show it', () => {
  const parts = partsOf('# Texts\n\n# -- ui\nui-a = A\n\n# -- rooms\nrooms-b = B\n\n# -- settings\nsettings-c = C\n\n# -- chat\nchat-d = D\n');
  expect(idsIn(parts.main)).toEqual(['ui-a']);
  expect(idsIn(parts.inside)).toEqual(['rooms-b', 'settings-c']);
  expect(idsIn(parts.chat)).toEqual(['chat-d']);
});

test('a message becomes what FluentBundle takes', () => {
  expect(compile('plain = Hello\n')).toEqual({ plain: 'Hello' });
  expect(compile('greeting = Hello { $name }\n').greeting).toEqual(['Hello ', { type: 'var', name: 'name' }]);
});

test('what does not parse stops the build, instead of missing from the page', () => {
  expect(() => compile('broken = { $name\nfine = Fine\n')).toThrow('broken');
});

test('the same id twice stops the build', () => {
  expect(() => compile('twice = One\ntwice = Two\n')).toThrow('twice');
});
