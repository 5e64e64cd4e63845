/** The icons: 24 × 24, drawn with one stroke in the colour of the text around them. An icon says nothing to a screen reader:
 *  the control that it stands in has the name.
 *
 *  Two files, because a chunk gets a file as a whole: the entrance should not carry the chat's. */

export type { IconProps } from './icon';
export * from './icons_entrance';
export * from './icons_inside';
