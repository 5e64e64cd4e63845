/** The mark: a speech bubble with its eyes closed. Keep it the same as public/icon.svg. */
export function Logo({ size = 32 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 64 64" fill="none" aria-hidden="true" focusable="false">
      <path d="M32 5c15.7 0 27 10.2 27 24.5S47.7 54 32 54c-3.7 0-7.2-.6-10.4-1.6-3.3 3-7.7 5.3-12.7 6.3-1.3.3-2.2-1.2-1.4-2.2 2.1-2.7 3.3-5.9 3.7-9C7.3 42.9 5 36.8 5 29.5 5 15.2 16.3 5 32 5Z" fill="var(--logo, #0f7f78)" />
      <path d="M17.5 27c2 3.6 8 3.6 10 0M36.5 27c2 3.6 8 3.6 10 0M26.5 38.5c2.8 3.3 8.2 3.3 11 0" stroke="#fff" strokeWidth="4" strokeLinecap="round" />
    </svg>
  );
}
