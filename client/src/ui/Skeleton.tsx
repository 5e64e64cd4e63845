import { classNames } from './class_names';
import styles from './Skeleton.module.css';

export interface SkeletonProps {
  /** A CSS length; the whole width by default. */
  readonly width?: string;
  readonly height?: string;
  readonly round?: boolean;
  readonly className?: string | undefined;
}

/** The shape of what is still loading. Mark the region around it with aria-busy. */
export function Skeleton({ width = '100%', height = '1em', round = false, className }: SkeletonProps) {
  return <span className={classNames(styles.skeleton, round && styles.round, className)} style={{ width, height }} aria-hidden="true" />;
}
