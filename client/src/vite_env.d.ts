/// <reference types="vite/client" />

// Compiled by tools/ftl.ts. An import at the top would make this file a module, and its declarations nobody's.
/* eslint-disable @typescript-eslint/consistent-type-imports */
declare module '*.ftl' {
  const messages: Readonly<Record<string, import('@fluent/bundle').Message['value']>>;
  export default messages;
}
declare module '*.ftl?part=inside' {
  const messages: Readonly<Record<string, import('@fluent/bundle').Message['value']>>;
  export default messages;
}
declare module '*.ftl?part=chat' {
  const messages: Readonly<Record<string, import('@fluent/bundle').Message['value']>>;
  export default messages;
}
