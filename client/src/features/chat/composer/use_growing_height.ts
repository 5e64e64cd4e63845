import { useLayoutEffect, type RefObject } from 'react';

const BROWSER_DOES_IT = 'fieldSizing' in document.documentElement.style;

/** As high as its text; the style sheet says how high that may be. */
export function useGrowingHeight(field: RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const element = field.current;
    if (element === null || BROWSER_DOES_IT) return;
    element.style.setProperty('height', 'auto');
    element.style.setProperty('height', `${element.scrollHeight + element.offsetHeight - element.clientHeight}px`);
  }, [field, text]);
}
