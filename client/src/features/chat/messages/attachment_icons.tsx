/** In the manner of ui/icons: decoration, in the colour of the text around it. */

import type { ReactElement } from 'react';

interface Props { readonly size?: number }

const drawn = (path: string) => function AttachmentIcon({ size = 18 }: Props): ReactElement {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.85" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false">
      <path d={path} />
    </svg>
  );
};

export const FileIcon = drawn('M13.5 4H8a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h8a2 2 0 0 0 2-2V8.500L13.5 4Zm0 0v4.500H18');
export const DownloadIcon = drawn('M12 4.500v10M7.5 10.500 12 15l4.500-4.500M5 19.500h14');
