// What all dashboards have in common: the choice of data source and servers, the marks over all graphs, links among them, the grid.
import { DashboardCursorSync, defaultDashboard, VariableRefresh, VariableSort } from '@grafana/schema';
import type { AnnotationQuery, Dashboard, DashboardLink, Panel, RowPanel, VariableModel } from '@grafana/schema';
import { prometheus } from './panels.js';
import type { PrometheusQuery, Unplaced } from './panels.js';
import { of } from './queries.js';

/** title: of the row's heading; without one it has none. */
export interface Row {
  title?: string;
  panels: readonly Unplaced[];
}

/** Puts panels side by side as far as they fit into the width of 24, row after row, and numbers them from 1. */
export function arrange(rows: readonly Row[]): (Panel | RowPanel)[] {
  const placed: (Panel | RowPanel)[] = [];
  let y = 0;
  for (const { title, panels } of rows) {
    if (title !== undefined) {
      placed.push({ type: 'row', id: placed.length + 1, title, collapsed: false, panels: [], gridPos: { x: 0, y, w: 24, h: 1 } });
      y += 1;
    }
    let x = 0;
    let tallest = 0;
    for (const { panel, width, height } of panels) {
      if (x + width > 24) {
        x = 0;
        y += tallest;
        tallest = 0;
      }
      placed.push({ ...panel, id: placed.length + 1, gridPos: { x, y, w: width, h: height } });
      x += width;
      tallest = Math.max(tallest, height);
    }
    y += tallest;
  }
  return placed;
}

// As Grafana's editor of variables writes it: 1 stands for the values of a label.
const instances = `label_values(up{job="chillin"}, instance)`;
const variables: VariableModel[] = [
  {
    name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus', current: { text: 'Prometheus', value: 'prometheus' },
    refresh: VariableRefresh.onDashboardLoad, includeAll: false, multi: false,
  },
  {
    name: 'instance', label: 'Server', type: 'query', datasource: prometheus, query: { qryType: 1, query: instances, refId: 'PrometheusVariableQueryEditor-VariableQuery' },
    current: { text: ['All'], value: ['$__all'] }, includeAll: true, allValue: '.*', multi: true,
    refresh: VariableRefresh.onTimeRangeChanged, sort: VariableSort.naturalAsc,
  },
];

/** What Grafana's data source for Prometheus reads of an annotation; its types are not in the schema's package. */
interface PrometheusAnnotation extends AnnotationQuery<PrometheusQuery> {
  expr: string;
  titleFormat: string;
  textFormat: string;
  tagKeys: string;
  /** The mark stands at the time that the value is, in milliseconds. */
  useValueForTime?: boolean;
}

function annotation(name: string, iconColor: string, expr: string, rest: Pick<PrometheusAnnotation, 'titleFormat' | 'textFormat' | 'tagKeys' | 'useValueForTime'>): PrometheusAnnotation {
  return { name, datasource: prometheus, enable: true, hide: false, iconColor, expr, target: { refId: 'Anno', datasource: prometheus, expr }, ...rest };
}

const annotations: PrometheusAnnotation[] = [
  annotation('Starts', 'blue', `${of('process_start_time_seconds')} * 1000`, { titleFormat: 'Started', textFormat: '{{instance}}', tagKeys: '', useValueForTime: true }),
  // Alerts about all servers at once have no instance.
  annotation('Alerts', 'red', 'ALERTS{alertstate="firing",severity!="",instance=~"$instance|"}', { titleFormat: '{{alertname}}', textFormat: '{{instance}}', tagKeys: 'severity' }),
];

const others: DashboardLink = {
  title: 'Chillin', type: 'dashboards', tags: ['chillin'], icon: 'external link', tooltip: 'The other dashboards', asDropdown: false, includeVars: true, keepTime: true, targetBlank: false,
};

/** isAboutServers: false for one that shows no data, which then has nothing to choose. */
export function dashboard({ uid, title, description, panels, isAboutServers = true }: {
  uid: string; title: string; description: string; panels: (Panel | RowPanel)[]; isAboutServers?: boolean;
}): Dashboard {
  return {
    uid, title, description, panels,
    schemaVersion: defaultDashboard.schemaVersion,
    tags: ['chillin'],
    // What is to stay is changed in deploy/grafana/src.
    editable: false,
    graphTooltip: DashboardCursorSync.Crosshair,
    links: [others],
    time: { from: 'now-1h', to: 'now' },
    refresh: isAboutServers ? '30s' : '',
    timezone: 'browser',
    templating: { list: isAboutServers ? variables : [] },
    annotations: { list: isAboutServers ? annotations : [] },
  };
}
