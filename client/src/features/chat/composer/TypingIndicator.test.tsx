import { render } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { Around } from '../testing/around';
import { TypingIndicator } from './TypingIndicator';

describe('TypingIndicator', () => {
  it.each([[[], ''], [['ana'], 'ana is typing…'], [['ana', 'bo'], 'ana and bo are typing…'], [['ana', 'bo', 'cy'], 'Several people are typing…']])('says for %j: %s', (names, text) => {
    const { container } = render(<TypingIndicator names={names} />, { wrapper: Around });
    expect(container.querySelector('div')).toHaveTextContent(text);
  });
});
