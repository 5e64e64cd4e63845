import { render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { useRichText, useText } from './texts_context';
import { WithTexts } from './testing';

function Invitation() {
  const rich = useRichText();
  return <p>{rich('entrance-invited', {}, { room: <strong>tea</strong> })}</p>;
}
function Plain() {
  return <p>{useText()('rooms-members', { count: 1 })}</p>;
}

test('an element can stand in a text', () => {
  render(<Invitation />, { wrapper: WithTexts });
  expect(screen.getByText('tea').tagName).toBe('STRONG');
  expect(screen.getByText(/Come in/)).toHaveTextContent('Come in and join tea');
});

test('numbers choose their form', () => {
  render(<Plain />, { wrapper: WithTexts });
  expect(screen.getByText('1 member')).toBeInTheDocument();
});
