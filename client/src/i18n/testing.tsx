/** For tests: components with all English texts, the chat's included. `render(<Thing />, { wrapper: WithTexts })`. */

import type { ReactNode } from 'react';
import chat from './en.ftl?part=chat';
import main from './en.ftl';
import { TextsProvider } from './context';
import { makeTexts } from './texts';

export const englishTexts = makeTexts('en', [{ language: 'en', messages: { ...main, ...chat } }], ['en-GB']);

export function WithTexts({ children }: { children: ReactNode }) {
  return <TextsProvider texts={englishTexts}>{children}</TextsProvider>;
}
