import { afterEach, expect, test, vi } from 'vitest';
import { copyText } from './copy_text';

const document_ = document as unknown as { execCommand?: unknown };
afterEach(() => {
  vi.unstubAllGlobals();
  delete document_.execCommand;
});

test('the clipboard gets it where there is one', async () => {
  const writeText = vi.fn().mockResolvedValue(undefined);
  vi.stubGlobal('navigator', { clipboard: { writeText } });
  expect(await copyText('hello')).toBe(true);
  expect(writeText).toHaveBeenCalledWith('hello');
});

test('without a clipboard, as over http, it is copied by a selection', async () => {
  vi.stubGlobal('navigator', {});
  let selected = '';
  document_.execCommand = () => {
    selected = (document.activeElement as HTMLTextAreaElement).value;
    return true;
  };
  const button = document.body.appendChild(document.createElement('button'));
  button.focus();
  expect(await copyText('hello')).toBe(true);
  expect(selected).toBe('hello');
  expect(document.querySelector('textarea')).toBeNull();
  expect(document.activeElement).toBe(button);
});

test('a clipboard that refuses is not the end of it', async () => {
  vi.stubGlobal('navigator', { clipboard: { writeText: () => Promise.reject(new DOMException('no', 'NotAllowedError')) } });
  document_.execCommand = () => true;
  expect(await copyText('hello')).toBe(true);
});

test('it says when it did not work', async () => {
  vi.stubGlobal('navigator', {});
  expect(await copyText('hello')).toBe(false);
});
