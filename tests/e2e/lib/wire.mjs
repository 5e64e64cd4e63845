// Between a page and the server's WebSocket: what a test cannot make the real server do at the right moment.

/**
 * Messages whose text matches `refuse` are answered with a refusal that no time mends, without reaching the server; those that match `swallow`
 * reach it never and are never answered. Before the page connects. The object returned may be changed at any time.
 */
export async function interceptSends(page, rules) {
  await page.routeWebSocket(/\/socket\.io\//, (near) => {
    const far = near.connectToServer();
    near.onMessage((message) => {
      // A Socket.IO event with an acknowledgement: 42, its id, and the event as JSON.
      const event = typeof message === 'string' ? message.match(/^42(\d+)(\["sendMessage",.*)$/s) : null;
      const text = event === null ? '' : JSON.parse(event[2])[1].text;
      if (event !== null && rules.refuse?.test(text)) near.send(`43${event[1]}${JSON.stringify(['You may not write here.', { code: 'MUTED' }])}`);
      else if (event === null || !rules.swallow?.test(text)) far.send(message);
    });
  });
  return rules;
}
