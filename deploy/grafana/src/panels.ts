// The kinds of panels, each with what all of its kind have in common. Where a panel stands and its id are given in dashboard.ts.
import {
  BigValueColorMode, BigValueGraphMode, BigValueJustifyMode, BigValueTextMode, FieldColorModeId, GraphDrawStyle, GraphThresholdsStyleMode, HeatmapCellLayout,
  LegendDisplayMode, LineInterpolation, MappingType, PercentChangeColorMode, ScaleDistribution, SortOrder, SpecialValueMatch, StackingMode, TableCellHeight,
  ThresholdsMode, TooltipDisplayMode, VisibilityMode, VizOrientation,
} from '@grafana/schema';
import type { DashboardLink, DataQuery, DataSourceRef, FieldConfig, GraphFieldConfig, Panel, ThresholdsConfig, ValueMapping } from '@grafana/schema';
import type { HeatmapColorMode, Options as HeatmapOptions } from '@grafana/schema/dist/esm/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen.js';
import type { Options as StatOptions } from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen.js';
import type { FieldConfig as TimelineField, Options as TimelineOptions } from '@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen.js';
import type { Options as TableOptions } from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen.js';
import type { Options as TextOptions, TextMode } from '@grafana/schema/dist/esm/raw/composable/text/panelcfg/x/TextPanelCfg_types.gen.js';
import type { Options as GraphOptions } from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen.js';

/** The Prometheus that is chosen at the top of the dashboard. */
export const prometheus: DataSourceRef = { type: 'prometheus', uid: '$datasource' };

/** What Grafana's data source for Prometheus takes; its types are not in the schema's package. */
export interface PrometheusQuery extends DataQuery {
  expr: string;
  legendFormat?: string;
  format?: 'time_series' | 'table' | 'heatmap';
  instant?: boolean;
  range?: boolean;
}

/** Grafana's units that the dashboards use. */
export type Unit = 'short' | 's' | 'bytes' | 'Bps' | 'ops' | 'percentunit' | 'cps' | 'dateTimeFromNow' | 'none' | 'reqps';

/** expr, and the legend of each of its series: text with {{label}}. */
export type Query = readonly [expr: string, legend: string];

interface Common {
  title: string;
  /** What is seen, and what is good or bad about it. */
  description: string;
  unit: Unit;
  queries: readonly Query[];
  /** From which value on a panel is yellow and red: where an alert has its threshold, that one is the red. */
  warn?: number;
  bad?: number;
  links?: DashboardLink[];
}

/** A panel that has no place yet: width of 24, height in units of 30 pixels. */
export interface Unplaced {
  panel: Panel;
  width: number;
  height: number;
}

function targets(queries: readonly Query[], more: Partial<PrometheusQuery> = { range: true }): Record<string, unknown>[] {
  return queries.map(([expr, legendFormat], n): PrometheusQuery & Record<string, unknown> =>
    ({ refId: String.fromCharCode(65 + n), datasource: prometheus, expr, legendFormat, ...more }));
}

function thresholds({ warn, bad }: Pick<Common, 'warn' | 'bad'>): ThresholdsConfig {
  const steps = [{ color: 'green', value: null as number | null }];
  if (warn !== undefined) steps.push({ color: 'yellow', value: warn });
  if (bad !== undefined) steps.push({ color: 'red', value: bad });
  return { mode: ThresholdsMode.Absolute, steps };
}

/** A quantile of nothing is not a number: there was no traffic. */
const nothing: ValueMapping = { type: MappingType.SpecialValue, options: { match: SpecialValueMatch.NullAndNan, result: { text: '–', color: 'text' } } };

function panel(type: string, common: Omit<Common, 'queries' | 'unit'>, rest: Partial<Panel>): Panel {
  const { title, description, links } = common;
  return { type, title, description, datasource: prometheus, ...(links === undefined ? {} : { links }), ...rest };
}

/** Settings of a panel as the open record that the schema has for them, once they have been checked against their own type. */
const record = <T extends object>(options: T): Record<string, unknown> => ({ ...options }) as Record<string, unknown>;

/** One figure, with its course behind it. lowIsBad: it is red below `bad` (and there is no yellow). */
export function stat({ unit, queries, decimals, lowIsBad = false, width = 3, ...common }: Common & { decimals?: number; lowIsBad?: boolean; width?: number }): Unplaced {
  const options: StatOptions = {
    reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false }, orientation: VizOrientation.Auto, textMode: BigValueTextMode.Auto, wideLayout: true,
    colorMode: BigValueColorMode.Background, graphMode: BigValueGraphMode.Area, justifyMode: BigValueJustifyMode.Auto,
    showPercentChange: false, percentChangeColorMode: PercentChangeColorMode.Standard,
  };
  const defaults: FieldConfig = {
    unit, min: 0, mappings: [nothing], color: { mode: FieldColorModeId.Thresholds },
    thresholds: lowIsBad ? { mode: ThresholdsMode.Absolute, steps: [{ color: 'red', value: null }, { color: 'green', value: common.bad ?? 1 }] } : thresholds(common),
    ...(decimals === undefined ? {} : { decimals }),
  };
  return { panel: panel('stat', common, { options: record(options), targets: targets(queries), fieldConfig: { defaults, overrides: [] } }), width, height: 4 };
}

/** Lines over time. stacked: they add up to a whole. max: the top of the axis. */
export function graph({ unit, queries, stacked = false, max, width = 8, ...common }: Common & { stacked?: boolean; max?: number; width?: number }): Unplaced {
  const options: GraphOptions = {
    legend: { calcs: ['mean', 'max', 'lastNotNull'], displayMode: LegendDisplayMode.Table, placement: 'bottom', showLegend: true, sortBy: 'Max', sortDesc: true },
    tooltip: { mode: TooltipDisplayMode.Multi, sort: SortOrder.Descending },
  };
  const custom: GraphFieldConfig = {
    drawStyle: GraphDrawStyle.Line, lineInterpolation: LineInterpolation.Linear, lineWidth: 1, fillOpacity: stacked ? 30 : 5, spanNulls: false,
    showPoints: VisibilityMode.Never, stacking: { group: 'A', mode: stacked ? StackingMode.Normal : StackingMode.None },
    thresholdsStyle: { mode: common.bad === undefined ? GraphThresholdsStyleMode.Off : GraphThresholdsStyleMode.Dashed },
  };
  const defaults: FieldConfig = {
    unit, min: 0, custom: record(custom), color: { mode: FieldColorModeId.PaletteClassicByName }, thresholds: thresholds(common), ...(max === undefined ? {} : { max }),
  };
  return { panel: panel('timeseries', common, { options: record(options), targets: targets(queries), fieldConfig: { defaults, overrides: [] } }), width, height: 8 };
}

/** How a histogram's observations were spread, step after step. query: increases of its buckets, by le. */
export function heatmap({ unit, query, width = 8, ...common }: Omit<Common, 'queries' | 'warn' | 'bad'> & { query: string; width?: number }): Unplaced {
  const options: HeatmapOptions = {
    calculate: false, cellGap: 1, color: { mode: 'scheme' as HeatmapColorMode, scheme: 'Oranges', steps: 64, exponent: 0.5, fill: 'dark-orange', reverse: false },
    exemplars: { color: 'rgba(255,0,255,0.7)' }, filterValues: { le: 1e-9 }, legend: { show: true }, rowsFrame: { layout: HeatmapCellLayout.auto },
    showValue: VisibilityMode.Never, tooltip: { mode: TooltipDisplayMode.Single, showColorScale: true, yHistogram: true }, yAxis: { unit },
  };
  const defaults: FieldConfig = { custom: { scaleDistribution: { type: ScaleDistribution.Linear } } };
  return {
    panel: panel('heatmap', common, { options: record(options), targets: targets([[query, '{{le}}']], { range: true, format: 'heatmap' }), fieldConfig: { defaults, overrides: [] } }),
    width, height: 8,
  };
}

/** What is up and what is down over time, of queries that give 1 and 0. one, zero: the words for them; isGood: which of them is. */
export function timeline({ queries, one, zero, isGood = 1, width = 12, ...common }: Omit<Common, 'unit' | 'warn' | 'bad'> & { one: string; zero: string; isGood?: 0 | 1; width?: number }): Unplaced {
  const options: TimelineOptions = {
    mergeValues: true, rowHeight: 0.9, showValue: VisibilityMode.Auto,
    legend: { calcs: [], displayMode: LegendDisplayMode.List, placement: 'bottom', showLegend: false }, tooltip: { mode: TooltipDisplayMode.Single, sort: SortOrder.None },
  };
  const custom: TimelineField = { fillOpacity: 80, lineWidth: 0 };
  const [ofZero, ofOne] = isGood === 1 ? ['red', 'green'] as const : ['green', 'orange'] as const;
  const defaults: FieldConfig = {
    unit: 'none', custom: record(custom), color: { mode: FieldColorModeId.Thresholds },
    mappings: [{ type: MappingType.ValueToText, options: { 0: { text: zero, color: ofZero, index: 1 }, 1: { text: one, color: ofOne, index: 0 } } }],
    thresholds: { mode: ThresholdsMode.Absolute, steps: [{ color: ofZero, value: null }, { color: ofOne, value: 1 }] },
  };
  return { panel: panel('state-timeline', common, { options: record(options), targets: targets(queries), fieldConfig: { defaults, overrides: [] } }), width, height: 8 };
}

/** The labels of what a query gives now. columns: label and heading, in order; all others are left out. valueName: the heading of the value, if it is shown. */
export function table({ query, columns, unit, valueName, noValue, width = 12, height = 8, ...common }:
  Omit<Common, 'queries' | 'warn' | 'bad'> & { query: string; columns: Readonly<Record<string, string>>; valueName?: string; noValue?: string; width?: number; height?: number }): Unplaced {
  const options: TableOptions = { showHeader: true, cellHeight: TableCellHeight.Sm, frameIndex: 0 };
  const shown = { ...columns, ...(valueName === undefined ? {} : { Value: valueName }) };
  const transformations = [
    { id: 'filterFieldsByName', options: { include: { names: Object.keys(shown) } } },
    { id: 'organize', options: { excludeByName: {}, renameByName: shown, indexByName: Object.fromEntries(Object.keys(shown).map((name, n) => [name, n])) } },
  ];
  const defaults: FieldConfig = { unit, ...(noValue === undefined ? {} : { noValue }) };
  return {
    panel: panel('table', common, {
      options: record(options), transformations, fieldConfig: { defaults, overrides: [] }, targets: targets([[query, '']], { instant: true, range: false, format: 'table' }),
    }),
    width, height,
  };
}

/** Markdown. */
export function text(title: string, content: string): Unplaced {
  const options: TextOptions = { mode: 'markdown' as TextMode, content };
  return { panel: { type: 'text', title, options: record(options) }, width: 12, height: 10 };
}
