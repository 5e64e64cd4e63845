import { useState, type ReactElement } from 'react';
import { useFormat, useText } from '../../../i18n/context';
import type { Attachment } from '../../../protocol/types';
import { DownloadIcon, FileIcon } from './attachment_icons';
import styles from './Attachments.module.css';

/** What browsers show and the server has looked into. SVG is not among them: it is a document that may run. */
const IMAGES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

function FileCard({ attachment }: { attachment: Attachment }): ReactElement {
  const t = useText();
  const format = useFormat();
  return (
    <a className={styles.file} href={attachment.url} download={attachment.name} aria-label={t('chat-download', { name: attachment.name, size: format.bytes(attachment.size) })}>
      <FileIcon size={22} />
      <span className={styles.about}>
        <bdi className={styles.name}>{attachment.name}</bdi>
        <span className={styles.size}>{format.bytes(attachment.size)}</span>
      </span>
      <DownloadIcon />
    </a>
  );
}

/** A box of one shape for every picture, there before the picture is: nothing moves when it arrives. */
function Picture({ attachment }: { attachment: Attachment }): ReactElement {
  const [broken, setBroken] = useState(false);
  if (broken) return <FileCard attachment={attachment} />;
  return (
    <a className={styles.picture} href={attachment.url} target="_blank" rel="noopener noreferrer">
      <img src={attachment.url} alt={attachment.name} loading="lazy" decoding="async" onError={() => setBroken(true)} />
    </a>
  );
}

export function Attachments({ attachments }: { attachments: readonly Attachment[] }): ReactElement | null {
  if (attachments.length === 0) return null;
  return (
    <div className={styles.attachments}>
      {attachments.map((attachment) => (IMAGES.has(attachment.type)
        ? <Picture key={attachment.id} attachment={attachment} />
        : <FileCard key={attachment.id} attachment={attachment} />))}
    </div>
  );
}
