import { render, screen } from '@testing-library/react';
import type { ReactElement, ReactNode } from 'react';
import { describe, expect, it } from 'vitest';
import { Around } from '../testing/around';
import { Markdown, OwnNameContext } from './Markdown';
import { XSS_CORPUS } from './xss_corpus';

const show = (text: string): HTMLElement => render(<Markdown text={text} />, { wrapper: Around }).container;

/** All that a message may consist of. */
const ELEMENTS = new Set(['DIV', 'P', 'STRONG', 'EM', 'DEL', 'CODE', 'PRE', 'BR', 'A', 'BLOCKQUOTE', 'UL', 'OL', 'LI', 'SPAN', 'BUTTON', 'svg', 'path', 'circle', 'rect', 'line', 'polyline', 'g']);

describe('Markdown', () => {
  it.each(XSS_CORPUS)('makes nothing of %j that it should not', (text) => {
    const container = show(text);
    for (const element of container.querySelectorAll('*')) {
      // The copy button's own drawing is not the message's.
      if (element.closest('button') !== null) continue;
      expect(ELEMENTS).toContain(element.tagName);
      expect(element.tagName).not.toBe('svg');
      for (const { name, value } of element.attributes) {
        expect(name).not.toMatch(/^on|^src|^srcdoc$|^action$|^formaction$|^data$|^id$|^style$/);
        if (name === 'href') expect(value).toMatch(/^(https?:\/\/[^/@]+(\/|$)|mailto:)/);
      }
    }
  });

  it('opens links elsewhere and tells them nothing', () => {
    show('[here](https://example.org/)');
    const link = screen.getByRole('link', { name: 'here' });
    expect(link).toHaveAttribute('rel', 'noopener noreferrer nofollow');
    expect(link).toHaveAttribute('target', '_blank');
    expect(link).toHaveAttribute('title', 'https://example.org/');
  });

  it('marks a mention of oneself', () => {
    const Own = ({ children }: { children: ReactNode }): ReactElement => <Around><OwnNameContext.Provider value="ana">{children}</OwnNameContext.Provider></Around>;
    render(<Markdown text="@Ana and @Ben" />, { wrapper: Own });
    expect(screen.getByText('@Ana')).toHaveAttribute('data-mention', 'own');
    expect(screen.getByText('@Ben')).toHaveAttribute('data-mention', 'other');
  });

  it('shows a message of nothing but emoji large', () => {
    expect(show('🎉🎉').querySelector('[data-only-emoji]')).not.toBeNull();
    expect(show('🎉 hurray').querySelector('[data-only-emoji]')).toBeNull();
  });

  it('turns short names to emoji once the table is here', async () => {
    show('well done :tada:');
    expect(await screen.findByText('well done 🎉')).toBeInTheDocument();
  });

  it('gives text its own direction', () => {
    show('שלום');
    expect(screen.getByText('שלום')).toHaveAttribute('dir', 'auto');
  });

  it('shows code plain at once and in colour when the highlighter is here', async () => {
    const container = show('```js\nconst a = 1;\n```');
    expect(container.querySelector('pre')?.textContent).toBe('const a = 1;');
    await expect.poll(() => container.querySelector('.hljs-keyword')?.textContent, { timeout: 15_000 }).toBe('const');
    expect(container.querySelector('pre')?.textContent).toBe('const a = 1;');
  }, 20_000);
});
