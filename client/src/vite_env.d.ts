/// <reference types="vite/client" />

declare module '*.ftl' {
  const messages: Readonly<Record<string, import('@fluent/bundle').Message['value']>>;
  export default messages;
}
declare module '*.ftl?part=chat' {
  const messages: Readonly<Record<string, import('@fluent/bundle').Message['value']>>;
  export default messages;
}
declare module '*.ftl?part=inside' {
  const messages: Readonly<Record<string, import('@fluent/bundle').Message['value']>>;
  export default messages;
}
