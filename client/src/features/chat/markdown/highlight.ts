/** Colours code. A part of its own: fetched with the first code block that names its language. */

import type { ElementContent, Root, RootContent } from 'hast';
import { createElement, type ReactNode } from 'react';
import { common, createLowlight } from 'lowlight';

const lowlight = createLowlight(common);

function node(content: RootContent | ElementContent, key: number): ReactNode {
  if (content.type === 'text') return content.value;
  if (content.type !== 'element') return null;
  const names = content.properties.className;
  return createElement('span', { key, className: Array.isArray(names) ? names.join(' ') : undefined }, content.children.map(node));
}

/** The code as spans of class `hljs-*`, or null for a language that is not known. */
export function highlight(language: string, code: string): ReactNode {
  if (!lowlight.registered(language)) return null;
  const root: Root = lowlight.highlight(language, code);
  return root.children.map(node);
}
