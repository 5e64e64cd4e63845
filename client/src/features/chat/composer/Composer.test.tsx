import { act, fireEvent, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { around, fakeChat } from '../testing/around';
import { messageRow } from '../testing/rows';
import { Composer, type ComposerProps } from './Composer';

function setup(props: Partial<ComposerProps> = {}) {
  const chat = fakeChat();
  const onEditLast = vi.fn(() => true);
  const onCancelReply = vi.fn();
  const draw = (change: Partial<ComposerProps> = {}) => (
    <Composer room="tea" members={['ben', 'berta', 'carla']} replyTo={null} onCancelReply={onCancelReply} onEditLast={onEditLast} disabledReason={null} {...props} {...change} />
  );
  const view = render(draw(), { wrapper: around(chat) });
  return { chat, onEditLast, onCancelReply, ...view, again: (change: Partial<ComposerProps>) => view.rerender(draw(change)), field: () => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Message #tea' }), user: userEvent.setup() };
}

vi.mock('virtua', () => import('../testing/virtua'));
vi.mock('gemoji', () => ({ gemoji: [{ emoji: '🎉', names: ['tada'], tags: ['party'], description: 'party popper', category: 'Activities' }] }));

beforeEach(() => sessionStorage.clear());

describe('Composer', () => {
  it('sends on Enter, empties itself and keeps the focus', async () => {
    const { chat, field, user } = setup();
    await user.type(field(), '  hello  {Enter}');
    expect(chat.actions.send).toHaveBeenCalledExactlyOnceWith('tea', 'hello', {});
    expect(field()).toHaveValue('');
    expect(field()).toHaveFocus();
  });

  it('sends in the same turn as the key', () => {
    const { chat, field } = setup();
    fireEvent.change(field(), { target: { value: 'now' } });
    fireEvent.keyDown(field(), { key: 'Enter' });
    expect(chat.actions.send).toHaveBeenCalledOnce();
  });

  it('breaks the line on Shift+Enter, and sends the lines', async () => {
    const { chat, field, user } = setup();
    await user.type(field(), 'one{Shift>}{Enter}{/Shift}two');
    expect(chat.actions.send).not.toHaveBeenCalled();
    await user.click(screen.getByRole('button', { name: 'Send' }));
    expect(chat.actions.send).toHaveBeenCalledExactlyOnceWith('tea', 'one\ntwo', {});
  });

  it('does not send what an input method still composes', () => {
    const { chat, field } = setup();
    fireEvent.change(field(), { target: { value: 'か' } });
    fireEvent.keyDown(field(), { key: 'Enter', isComposing: true });
    expect(chat.actions.send).not.toHaveBeenCalled();
  });

  it('sends nothing that is empty or too long, and says how much too long', () => {
    const { chat, field } = setup();
    fireEvent.change(field(), { target: { value: ' \n ' } });
    fireEvent.keyDown(field(), { key: 'Enter' });
    fireEvent.change(field(), { target: { value: '🎉'.repeat(501) } });
    fireEvent.keyDown(field(), { key: 'Enter' });
    expect(chat.actions.send).not.toHaveBeenCalled();
    expect(screen.getByText('1 character too many')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Send' })).toBeDisabled();
    expect(field()).toHaveAttribute('aria-invalid', 'true');
  });

  it('counts from four fifths of the limit on, in code points', () => {
    const { field } = setup();
    fireEvent.change(field(), { target: { value: '🎉'.repeat(399) } });
    expect(screen.queryByText(/left/)).toBeNull();
    fireEvent.change(field(), { target: { value: '🎉'.repeat(400) } });
    expect(screen.getByText('100 characters left')).toBeInTheDocument();
  });

  it('keeps what the runtime did not take', () => {
    const { chat, field } = setup();
    chat.actions.send.mockReturnValueOnce(null);
    fireEvent.change(field(), { target: { value: 'kept' } });
    fireEvent.keyDown(field(), { key: 'Enter' });
    expect(field()).toHaveValue('kept');
  });

  it('keeps a draft for each room', () => {
    const { field, unmount } = setup();
    fireEvent.change(field(), { target: { value: 'half a' } });
    unmount();
    const next = setup();
    expect(next.field()).toHaveValue('half a');
    fireEvent.keyDown(next.field(), { key: 'Enter' });
    next.unmount();
    expect(setup().field()).toHaveValue('');
  });

  it('tells of typing on each change, and of its end when the text goes', () => {
    const { chat, field, unmount } = setup();
    fireEvent.change(field(), { target: { value: 'h' } });
    fireEvent.change(field(), { target: { value: 'hi' } });
    expect(chat.actions.typing).toHaveBeenCalledTimes(2);
    fireEvent.change(field(), { target: { value: '' } });
    expect(chat.actions.stopTyping).toHaveBeenCalledTimes(1);
    unmount();
    expect(chat.actions.stopTyping).toHaveBeenCalledTimes(2);
  });

  it('answers a message, and stops answering on Escape', async () => {
    const { chat, field, user, again, onCancelReply } = setup();
    again({ replyTo: messageRow({ seq: 7, user: 'ben', text: 'who has the kettle?' }) });
    expect(field()).toHaveFocus();
    expect(screen.getByText('who has the kettle?')).toBeInTheDocument();
    await user.type(field(), 'me{Enter}');
    expect(chat.actions.send).toHaveBeenCalledExactlyOnceWith('tea', 'me', { replyTo: 'tea-7' });
    expect(onCancelReply).toHaveBeenCalledTimes(1);
    await user.type(field(), '{Escape}');
    expect(onCancelReply).toHaveBeenCalledTimes(2);
  });

  it('edits the last message on Up, but only while it is empty', async () => {
    const { field, user, onEditLast } = setup();
    await user.type(field(), '{ArrowUp}');
    expect(onEditLast).toHaveBeenCalledTimes(1);
    await user.type(field(), 'a{ArrowUp}');
    expect(onEditLast).toHaveBeenCalledTimes(1);
  });

  it('makes bold and italic with the keyboard', async () => {
    const { field, user } = setup();
    await user.type(field(), 'word');
    field().setSelectionRange(0, 4);
    await user.keyboard('{Control>}b{/Control}');
    expect(field()).toHaveValue('**word**');
    expect([field().selectionStart, field().selectionEnd]).toEqual([2, 6]);
    await user.keyboard('{Control>}i{/Control}');
    expect(field()).toHaveValue('***word***');
  });

  it('completes names with the arrow keys and Tab', async () => {
    const { field, user, chat } = setup();
    await user.type(field(), 'hi @be');
    expect(screen.getAllByRole('option').map((option) => option.textContent)).toEqual(['Bben', 'Bberta']);
    expect(field()).toHaveAttribute('aria-activedescendant', screen.getByRole('option', { name: 'ben' }).id);
    expect(field()).toHaveAttribute('aria-controls', screen.getByRole('listbox').id);
    await user.keyboard('{ArrowDown}');
    expect(screen.getByRole('option', { name: 'berta' })).toHaveAttribute('aria-selected', 'true');
    await user.keyboard('{Tab}');
    expect(field()).toHaveValue('hi @berta ');
    expect(field()).toHaveFocus();
    expect(screen.queryByRole('listbox')).toBeNull();
    expect(chat.actions.send).not.toHaveBeenCalled();
  });

  it('puts the suggestions away on Escape until something else is typed', async () => {
    const { field, user, chat } = setup();
    await user.type(field(), '@be{Escape}');
    expect(screen.queryByRole('listbox')).toBeNull();
    await user.keyboard('r');
    expect(screen.getByRole('listbox')).toBeInTheDocument();
    await user.keyboard('{Escape}{Enter}');
    expect(chat.actions.send).toHaveBeenCalledExactlyOnceWith('tea', '@ber', {});
  });

  it('takes a suggestion by pointer without losing the focus', async () => {
    const { field, user } = setup();
    await user.type(field(), '@ca');
    fireEvent.pointerDown(screen.getByRole('option', { name: 'carla' }));
    expect(field()).toHaveValue('@carla ');
  });

  it('completes emoji by their short names', async () => {
    const { field, user } = setup();
    await user.type(field(), 'yes :tada');
    await screen.findByRole('option', { name: /:tada:/ });
    await user.keyboard('{Enter}');
    expect(field()).toHaveValue('yes 🎉 ');
  });

  it('says why nothing can be written', () => {
    const { field } = setup({ disabledReason: 'Joining…' });
    expect(field()).toBeDisabled();
    expect(field()).toHaveAccessibleDescription('Joining…');
    expect(screen.getByRole('button', { name: 'Emoji' })).toBeDisabled();
  });

  it('puts an emoji from the picker where the caret is', async () => {
    const { field, user } = setup();
    await user.type(field(), 'ab');
    field().setSelectionRange(1, 1);
    await user.click(screen.getByRole('button', { name: 'Emoji' }));
    const search = await screen.findByRole('combobox', { name: 'Search emoji' }, { timeout: 10_000 });
    await waitFor(() => expect(search).toHaveFocus());
    await user.type(search, 'tada');
    await screen.findByText(':tada:', {}, { timeout: 10_000 });
    await act(() => user.keyboard('{Enter}'));
    expect(field()).toHaveValue('a🎉b');
  }, 30_000);
});
