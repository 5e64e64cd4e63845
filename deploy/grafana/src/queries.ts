// PromQL in the few forms that the dashboards need. Every query is about the servers chosen in $instance.

/** The series of a metric; `labels`: more matchers, as `path="same_server"`. */
export const of = (metric: string, labels = ''): string => `${metric}{job="chillin",instance=~"$instance"${labels === '' ? '' : `,${labels}`}}`;

/** Events a second of a counter, one series for each combination of labels. */
export const rate = (metric: string, labels = ''): string => `rate(${of(metric, labels)}[$__rate_interval])`;

/** How many within the step of the graph. */
export const increase = (metric: string, labels = ''): string => `increase(${of(metric, labels)}[$__rate_interval])`;

/** by: names of labels, as `instance, path`; empty: one sum over everything. */
export const sum = (what: string, by = ''): string => (by === '' ? `sum(${what})` : `sum by (${by}) (${what})`);

/** A quantile of a histogram, over the servers chosen unless `by` has `instance`. Not a number where nothing was observed. */
export const quantile = (q: number, histogram: string, { by = '', labels = '' } = {}): string =>
  `histogram_quantile(${q}, ${sum(rate(`${histogram}_bucket`, labels), by === '' ? 'le' : `${by}, le`)})`;

/** The mean of what a histogram observed. */
export const mean = (histogram: string, { by = '', labels = '' } = {}): string =>
  `${sum(rate(`${histogram}_sum`, labels), by)} / ${sum(rate(`${histogram}_count`, labels), by)}`;

/** A part of a whole, 0 to 1; 0 where there is no whole, instead of not a number. */
export const share = (part: string, whole: string): string => `${part} / (${whole} > 0) or vector(0)`;
