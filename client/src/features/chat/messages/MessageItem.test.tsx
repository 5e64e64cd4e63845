import { act, fireEvent, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactElement } from 'react';
import { describe, expect, it, vi } from 'vitest';
import type { Failure } from '../../../protocol/types';
import type { MessageRow } from '../../../state/view';
import { OwnNameContext } from '../markdown/Markdown';
import { Around } from '../testing/around';
import { message, messageRow } from '../testing/rows';
import { ModeratesContext, RowCommandsContext, type RowCommands } from './commands';
import { MessageItem, type MessageItemProps } from './MessageItem';

const failure = (code: Failure['code']): Failure => ({ code, message: 'as the server says it', field: null, retryAfterMs: null });

function setup(row: MessageRow, { moderates = false, ...props }: Partial<MessageItemProps> & { moderates?: boolean } = {}) {
  const commands = {
    reply: vi.fn(), startEdit: vi.fn(), stopEdit: vi.fn(), saveEdit: vi.fn<RowCommands['saveEdit']>(() => Promise.resolve({ ok: true, value: null })), react: vi.fn(), pick: vi.fn(), copy: vi.fn(),
    remove: vi.fn(), retry: vi.fn(), discard: vi.fn(), jumpTo: vi.fn(),
  };
  const draw = (next: MessageRow, change: Partial<MessageItemProps> = {}): ReactElement => (
    <RowCommandsContext.Provider value={commands}>
      <ModeratesContext.Provider value={moderates}>
        <OwnNameContext.Provider value="ana">
          <MessageItem row={next} active editing={false} picking={false} marked={false} {...props} {...change} />
        </OwnNameContext.Provider>
      </ModeratesContext.Provider>
    </RowCommandsContext.Provider>
  );
  const { rerender } = render(draw(row), { wrapper: Around });
  return { commands, user: userEvent.setup(), article: () => screen.getByRole('article'), again: (next: MessageRow, change?: Partial<MessageItemProps>) => rerender(draw(next, change)) };
}
const own = (change: Partial<MessageRow> = {}): MessageRow => messageRow({ user: 'ana', own: true, ...change });

describe('MessageItem', () => {
  it('carries key, seq and delivery, a name of author, text and time, and the full time for who asks', async () => {
    const { article, user } = setup(messageRow({ seq: 7, text: 'hello' }));
    expect(article().dataset).toMatchObject({ key: 'm7', seq: '7', delivery: 'SENT' });
    expect(article()).toHaveAccessibleName(/^ben hello \d\d:\d\d$/);
    await user.hover(article());
    expect(article().querySelector('time')?.title).toMatch(/23 November 2026/);
  });

  it('is the same element from the temporary id to the real one', () => {
    const { article, again } = setup(own({ key: 't:1', id: null, seq: null, tempId: '1', delivery: { status: 'SENDING', waitingUntil: null } }));
    const before = article();
    expect(within(before).getByText('Sending')).toBeInTheDocument();
    again(own({ key: 't:1', seq: 9, tempId: '1' }));
    expect(article()).toBe(before);
    expect(within(before).getByText('Sent')).toBeInTheDocument();
    expect(before.dataset).toMatchObject({ seq: '9', delivery: 'SENT' });
  });

  it('says until when a message waits', () => {
    setup(own({ delivery: { status: 'SENDING', waitingUntil: Date.parse('2026-11-23T12:05:00Z') } }));
    expect(screen.getByText(/^Will be sent again at \d\d:\d\d/)).toBeInTheDocument();
  });

  it('says why a message failed, and offers Retry and Discard', async () => {
    const row = own({ id: null, seq: null, key: 't:1', tempId: '1', delivery: { status: 'FAILED', failure: failure('MUTED') } });
    const { commands, user } = setup(row);
    expect(screen.getByText('Not sent: you may not write in this room for now.')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Retry' }));
    expect(commands.retry).toHaveBeenCalledExactlyOnceWith(row);
    await user.click(screen.getByRole('button', { name: 'Discard' }));
    expect(commands.discard).toHaveBeenCalledExactlyOnceWith(row);
  });

  it('falls back to the server’s sentence for what it has no words for', () => {
    setup(own({ delivery: { status: 'FAILED', failure: failure('INVALID_PAYLOAD') } }));
    expect(screen.getByText('Not sent: as the server says it')).toBeInTheDocument();
  });

  it('shows no delivery for other people’s messages', () => {
    setup(messageRow());
    expect(screen.queryByText('Sent')).toBeNull();
  });

  it('marks edited ones and hides deleted ones', () => {
    const { again } = setup(messageRow({ text: 'changed', editedAt: 5 }));
    expect(screen.getByText('(edited)')).toBeInTheDocument();
    again(messageRow({ text: '', deleted: true, editedAt: 5, reactions: [{ emoji: '👍', users: ['ben'] }] }));
    expect(screen.getByText('This message was deleted.')).toBeInTheDocument();
    expect(screen.queryByText('(edited)')).toBeNull();
    expect(screen.queryByRole('button', { name: /👍/ })).toBeNull();
  });

  it('shows what it answers, and goes there', async () => {
    const { commands, user } = setup(messageRow({ seq: 9, reply: { id: 'tea-3', message: message({ seq: 3, user: 'carla', text: 'two\nlines' }) } }));
    await user.click(screen.getByRole('button', { name: 'In reply to carla two lines' }));
    expect(commands.jumpTo).toHaveBeenCalledExactlyOnceWith('tea-3');
  });

  it('says that what it answers is not loaded, or deleted', () => {
    const { again } = setup(messageRow({ reply: { id: 'tea-3', message: null } }));
    expect(screen.getByText('The message it answers is further up.')).toBeInTheDocument();
    again(messageRow({ seq: 2, reply: { id: 'tea-3', message: message({ text: '', deletedAt: 3 }) } }));
    expect(screen.getByRole('button', { name: /This message was deleted/ })).toBeInTheDocument();
  });

  it('shows reactions with who, and takes one’s own back', async () => {
    const row = messageRow({ reactions: [{ emoji: '🎉', users: ['ben', 'ana'] }, { emoji: '👀', users: Array.from({ length: 11 }, (_, i) => `p${i}`) }] });
    const { commands, user } = setup(row);
    const party = screen.getByRole('button', { name: '🎉 2: ben and you' });
    expect(party).toHaveAttribute('aria-pressed', 'true');
    expect(screen.getByRole('button', { name: /👀 11: p0, .* and 3 more/ })).toHaveAttribute('aria-pressed', 'false');
    await user.click(party);
    expect(commands.react).toHaveBeenCalledExactlyOnceWith(row, '🎉');
  });

  it('shows pictures inline, files as cards, and never an SVG as a picture', () => {
    const file = (id: string, type: string) => ({ id, name: `${id}.x`, type, size: 12_345, url: `/api/uploads/${id}` });
    setup(messageRow({ attachments: [file('cat', 'image/png'), file('plan', 'application/pdf'), file('evil', 'image/svg+xml')] }));
    expect(screen.getByRole('img', { name: 'cat.x' })).toHaveAttribute('src', '/api/uploads/cat');
    expect(screen.getByRole('link', { name: /^Download plan.x, 12.3 kB/i })).toHaveAttribute('download', 'plan.x');
    expect(screen.getAllByRole('img')).toHaveLength(1);
    expect(screen.getByRole('link', { name: /^Download evil.x/ })).toHaveAttribute('download');
  });

  it('shows a picture that does not load as a file', () => {
    setup(messageRow({ attachments: [{ id: 'cat', name: 'cat.png', type: 'image/png', size: 1, url: '/api/uploads/cat' }] }));
    act(() => { screen.getByRole('img').dispatchEvent(new Event('error')); });
    expect(screen.getByRole('link', { name: /^Download cat.png/ })).toBeInTheDocument();
  });

  it('carries its toolbar only while the pointer or the focus is in it', async () => {
    const { article, user } = setup(messageRow());
    expect(screen.queryByRole('group', { name: 'What to do with the message' })).toBeNull();
    await user.hover(article());
    expect(screen.getByRole('button', { name: 'Reply' })).toBeInTheDocument();
    await user.unhover(article());
    expect(screen.queryByRole('button', { name: 'Reply' })).toBeNull();
    await user.tab();
    expect(article()).toHaveFocus();
    expect(screen.getByRole('button', { name: 'Reply' })).toBeInTheDocument();
    await user.tab();
    expect(article()).not.toHaveFocus();
    expect(screen.getByRole('button', { name: 'Reply' })).toBeInTheDocument();
  });

  it('offers editing and deleting for one’s own messages only, deleting also to who moderates', async () => {
    const mine = setup(own());
    await mine.user.hover(mine.article());
    expect(screen.getByRole('button', { name: 'Edit' })).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Delete' })).toBeInTheDocument();
    mine.again(messageRow({ seq: 2 }));
    expect(screen.queryByRole('button', { name: 'Edit' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Delete' })).toBeNull();
  });

  it('lets who moderates delete other people’s messages, but not edit them', async () => {
    const { user, article, commands } = setup(messageRow(), { moderates: true });
    await user.hover(article());
    expect(screen.queryByRole('button', { name: 'Edit' })).toBeNull();
    // Not by userEvent: its pointer leaves the row, as no real one does, on its way to a button inside of it.
    fireEvent.click(screen.getByRole('button', { name: 'Delete' }));
    expect(commands.remove).toHaveBeenCalledOnce();
  });

  it.each([['r', 'reply'], ['e', 'startEdit'], ['+', 'pick'], [':', 'pick'], ['c', 'copy'], ['{Delete}', 'remove']] as const)('knows the key %s', async (key, command) => {
    const { commands, user, article } = setup(own());
    article().focus();
    await user.keyboard(key);
    expect(commands[command]).toHaveBeenCalledOnce();
  });

  it('leaves keys alone that belong to the browser, or that make no sense here', async () => {
    const { commands, user, article } = setup(messageRow());
    article().focus();
    await user.keyboard('e{Delete}{Control>}c{/Control}x');
    for (const command of Object.values(commands)) expect(command).not.toHaveBeenCalled();
  });

  it('offers nothing for a message that is on its way, except copying', async () => {
    const { user, article, commands } = setup(own({ id: null, seq: null, key: 't:1', tempId: '1', delivery: { status: 'SENDING', waitingUntil: null } }));
    article().focus();
    await user.keyboard('re:{Delete}c');
    expect(commands.copy).toHaveBeenCalledOnce();
    for (const name of ['reply', 'startEdit', 'pick', 'remove'] as const) expect(commands[name]).not.toHaveBeenCalled();
    expect(screen.queryByRole('button', { name: 'Reply' })).toBeNull();
  });

  it('edits in place: Enter saves, Escape does not', async () => {
    const row = own({ text: 'before' });
    const { commands, user } = setup(row, { editing: true });
    const field = screen.getByRole('textbox', { name: 'Edit message' });
    expect(field).toHaveFocus();
    await user.clear(field);
    await user.type(field, 'after{Enter}');
    expect(commands.saveEdit).toHaveBeenCalledExactlyOnceWith(row, 'after');
    expect(commands.stopEdit).toHaveBeenCalledTimes(1);
    await user.type(field, 'x{Escape}');
    expect(commands.saveEdit).toHaveBeenCalledTimes(1);
    expect(commands.stopEdit).toHaveBeenCalledTimes(2);
  });

  it('keeps the text of an edit that was refused, and says why', async () => {
    const { commands, user } = setup(own({ text: 'before' }), { editing: true });
    commands.saveEdit.mockResolvedValueOnce({ ok: false, failure: failure('NETWORK') });
    const field = screen.getByRole('textbox', { name: 'Edit message' });
    await user.type(field, '!{Enter}');
    expect(await screen.findByText('That did not work: there was no answer.')).toHaveAttribute('role', 'alert');
    expect(field).toHaveValue('before!');
    expect(commands.stopEdit).not.toHaveBeenCalled();
  });

  it('saves no empty text, and asks the server nothing for the same one', async () => {
    const { commands, user } = setup(own({ text: 'before' }), { editing: true });
    const field = screen.getByRole('textbox', { name: 'Edit message' });
    await user.clear(field);
    await user.keyboard('{Enter}');
    expect(screen.getByText(/It is empty/)).toBeInTheDocument();
    await user.type(field, 'before{Enter}');
    expect(commands.saveEdit).not.toHaveBeenCalled();
    expect(commands.stopEdit).toHaveBeenCalledOnce();
  });
});
