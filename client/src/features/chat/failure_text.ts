import type { Failure } from '../../protocol/types';
import type { Text } from '../../i18n/texts';

/** A refusal in the reader's language; the server's own sentence for a code that there is no text for. */
export function failureText(t: Text, failure: Failure): string {
  const id = `chat-failure-${failure.code.toLowerCase().replaceAll('_', '-')}`;
  const text = t(id);
  return text === id ? failure.message : text;
}
