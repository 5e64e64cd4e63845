/** For tests: components with all English texts. `render(<Thing />, { wrapper: WithTexts })`. */

import type { ReactNode } from 'react';
import chat from './en.ftl?part=chat';
import inside from './en.ftl?part=inside';
import main from './en.ftl';
import { TextsProvider } from './texts_context';
import { makeTexts } from './texts';

export const englishTexts = makeTexts('en', [{ language: 'en', messages: { ...main, ...inside, ...chat } }], ['en-GB']);

export function WithTexts({ children }: { children: ReactNode }) {
  return <TextsProvider texts={englishTexts}>{children}</TextsProvider>;
}
