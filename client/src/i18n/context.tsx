/** All of the hooks. The entrance imports texts_context alone: it formats no dates. */

export * from './texts_context';
export { useFormat } from './use_format';
