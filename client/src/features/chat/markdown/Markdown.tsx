/** A message's text, drawn from the tree of parse.ts. Nothing here sets HTML: whatever is not in the tree is text. */

import { createContext, memo, useContext, type ReactElement, type ReactNode } from 'react';
import { useEmojiData } from '../emoji/emoji_data';
import { CodeBlock } from './CodeBlock';
import { hasShortName, isOnlyEmoji, parseMarkdown, type EmojiNames } from './parse';
import type { Block, Inline, ListItem } from './tree';
import styles from './Markdown.module.css';

/** Whose name is one's own: a mention of it stands out. */
export const OwnNameContext = createContext<string>('');

function Mention({ name, text }: { name: string; text: string }): ReactElement {
  const own = useContext(OwnNameContext) === name;
  return <span className={own ? styles.ownMention : styles.mention} data-mention={own ? 'own' : 'other'}>{text}</span>;
}

const inlines = (nodes: readonly Inline[]): ReactNode => nodes.map(inline);

function inline(node: Inline, key: number): ReactNode {
  switch (node.type) {
    case 'text':
      return node.text;
    case 'strong':
      return <strong key={key}>{inlines(node.children)}</strong>;
    case 'em':
      return <em key={key}>{inlines(node.children)}</em>;
    case 'del':
      return <del key={key}>{inlines(node.children)}</del>;
    case 'code':
      return <code key={key} className={styles.code} dir="ltr">{node.text}</code>;
    case 'break':
      return <br key={key} />;
    case 'mention':
      return <Mention key={key} name={node.name} text={node.text} />;
    case 'link':
      return (
        <a key={key} className={styles.link} href={node.href} title={node.href} target="_blank" rel="noopener noreferrer nofollow">
          {inlines(node.children)}
        </a>
      );
  }
}

// Without the selector some systems draw the first of them as a colourful picture.
const CHECKED = '\u2611\uFE0E';
const UNCHECKED = '\u2610\uFE0E';

function item({ checked, children }: ListItem, key: number): ReactNode {
  return (
    <li key={key} className={checked === null ? undefined : styles.task}>
      {checked === null ? null : <span className={styles.check}>{checked ? CHECKED : UNCHECKED}</span>}
      {/* A list without blank lines has no paragraphs: its text stands right beside the mark. */}
      {children.map((block, at) => (block.type === 'paragraph' ? <span key={at} className={styles.line}>{inlines(block.children)}</span> : blockOf(block, at)))}
    </li>
  );
}

function blockOf(block: Block, key: number): ReactNode {
  switch (block.type) {
    case 'paragraph':
      return <p key={key} dir="auto">{inlines(block.children)}</p>;
    case 'heading':
      return <p key={key} dir="auto"><strong>{inlines(block.children)}</strong></p>;
    case 'code':
      return <CodeBlock key={key} language={block.language} code={block.text} />;
    case 'quote':
      return <blockquote key={key} className={styles.quote} dir="auto">{block.children.map(blockOf)}</blockquote>;
    case 'list':
      return block.start === null
        ? <ul key={key} className={styles.list} dir="auto">{block.items.map(item)}</ul>
        : <ol key={key} className={styles.list} dir="auto" start={block.start}>{block.items.map(item)}</ol>;
  }
}

// A row that scrolls back into view must not be parsed again. The elements are immutable, so they can be kept as they are.
const KEPT = 2_000;
const kept = new Map<string, ReactElement>();

function render(text: string, names: EmojiNames | null): ReactElement {
  const key = names === null ? text : `:${text}`;
  const known = kept.get(key);
  if (known !== undefined) {
    kept.delete(key); // and set anew: a Map keeps the order, so the oldest stands first
    kept.set(key, known);
    return known;
  }
  const large = isOnlyEmoji(text, names);
  const element = <div className={large ? styles.onlyEmoji : styles.markdown} data-only-emoji={large || undefined}>{parseMarkdown(text, names).map(blockOf)}</div>;
  kept.set(key, element);
  if (kept.size > KEPT) kept.delete(kept.keys().next().value as string);
  return element;
}

export const Markdown = memo(function Markdown({ text }: { text: string }): ReactElement {
  const names = useEmojiData(hasShortName(text))?.byName ?? null;
  return render(text, names);
});
