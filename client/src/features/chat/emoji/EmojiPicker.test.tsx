import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Around } from '../testing/around';
import EmojiPicker from './EmojiPicker';

vi.mock('virtua', () => import('../testing/virtua'));
// The whole table is thousands of elements, which jsdom takes seconds for.
vi.mock('gemoji', () => ({
  gemoji: [
    { emoji: '😀', names: ['grinning'], tags: ['smile'], description: 'grinning face', category: 'Smileys & Emotion' },
    { emoji: '🍵', names: ['tea'], tags: ['green'], description: 'teacup', category: 'Food & Drink' },
    { emoji: '☕', names: ['coffee'], tags: ['cafe', 'tea'], description: 'hot beverage', category: 'Food & Drink' },
  ],
}));

async function setup() {
  const onPick = vi.fn();
  render(<EmojiPicker onPick={onPick} />, { wrapper: Around });
  await screen.findByRole('grid');
  return { onPick, user: userEvent.setup(), field: screen.getByRole('combobox', { name: 'Search emoji' }) };
}

beforeEach(() => localStorage.clear());

describe('EmojiPicker', () => {
  it('has the search field focused, groups with titles, and names for the emoji', async () => {
    const { field } = await setup();
    expect(field).toHaveFocus();
    expect(screen.getByText('Food and drink')).toBeInTheDocument();
    expect(screen.getByRole('gridcell', { name: 'tea' })).toHaveTextContent('🍵');
  });

  it('takes the first that was found on Enter, and remembers it', async () => {
    const { user, field, onPick } = await setup();
    await user.type(field, 'tea{Enter}');
    expect(onPick).toHaveBeenCalledExactlyOnceWith('🍵');
    expect(JSON.parse(localStorage.getItem('chillin.emoji.recent') ?? '')[0]).toBe('🍵');
  });

  it('is walked through with the arrow keys, the focus staying in the field', async () => {
    const { user, field, onPick } = await setup();
    await user.type(field, 'tea{ArrowDown}');
    await user.keyboard('{ArrowRight}');
    const current = screen.getByRole('gridcell', { selected: true });
    expect(current).toHaveTextContent('☕');
    expect(field).toHaveAttribute('aria-activedescendant', current.id);
    expect(field).toHaveFocus();
    await user.keyboard('{Enter}');
    expect(onPick).toHaveBeenCalledExactlyOnceWith('☕');
  });

  it('leaves the caret alone while nothing in the grid is chosen', async () => {
    const { user, field } = await setup();
    await user.type(field, 'te{ArrowLeft}');
    expect((field as HTMLInputElement).selectionStart).toBe(1);
  });

  it('picks with the pointer', async () => {
    const { user, onPick } = await setup();
    await user.click(screen.getByRole('gridcell', { name: 'coffee' }));
    expect(onPick).toHaveBeenCalledExactlyOnceWith('☕');
  });

  it('says when there is none', async () => {
    const { user, field } = await setup();
    await user.type(field, 'zzz');
    expect(screen.getByText('There is none of that name.')).toBeInTheDocument();
    expect(field).not.toHaveAttribute('aria-activedescendant');
  });
});
