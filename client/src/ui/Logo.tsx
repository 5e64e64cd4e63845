/** The mark: a speech bubble with its eyes closed. Keep it the same as public/icon.svg. */
export function Logo({ size = 32 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 64 64" fill="none" aria-hidden="true" focusable="false">
      <path d="M32 5c15.7 0 27 10.200 27 24.500S47.700 54 32 54c-3.700 0-7.200-.6-10.400-1.600-3.300 3-7.700 5.300-12.700 6.300-1.300.3-2.200-1.200-1.400-2.200 2.100-2.700 3.300-5.900 3.700-9C7.300 42.900 5 36.800 5 29.500 5 15.200 16.300 5 32 5Z" fill="var(--logo, #0f7f78)" />
      <path d="M17.500 27c2 3.600 8 3.600 10 0M36.500 27c2 3.600 8 3.600 10 0M26.500 38.500c2.800 3.300 8.200 3.300 11 0" stroke="#fff" strokeWidth="4" strokeLinecap="round" />
    </svg>
  );
}
