/** Calls `up` or `down` with every move that somebody makes in `element`, before it scrolls: wheel, finger, page keys. Returns what ends that. */
export function listenForMoves(element: HTMLElement, up: () => void, down: () => void): () => void {
  let touchedAt = 0;
  const move = (distance: number): void => {
    if (distance < 0) up();
    else if (distance > 0) down();
  };
  const onWheel = (event: WheelEvent): void => {
    // With the control key a wheel zooms.
    if (!event.ctrlKey) move(event.deltaY);
  };
  const onTouchStart = (event: TouchEvent): void => { touchedAt = event.touches[0]?.clientY ?? 0; };
  const onTouchMove = (event: TouchEvent): void => {
    const y = event.touches[0]?.clientY ?? touchedAt;
    move(touchedAt - y);
    touchedAt = y;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'PageUp') up();
    if (event.key === 'PageDown') down();
  };
  element.addEventListener('wheel', onWheel, { passive: true });
  element.addEventListener('touchstart', onTouchStart, { passive: true });
  element.addEventListener('touchmove', onTouchMove, { passive: true });
  element.addEventListener('keydown', onKeyDown);
  return () => {
    element.removeEventListener('wheel', onWheel);
    element.removeEventListener('touchstart', onTouchStart);
    element.removeEventListener('touchmove', onTouchMove);
    element.removeEventListener('keydown', onKeyDown);
  };
}
