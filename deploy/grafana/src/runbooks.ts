// The runbooks of docs/runbooks, shown inside Grafana: at night nobody looks for a checkout, and no address of one is needed.
import { readdirSync, readFileSync } from 'node:fs';
import type { Dashboard, DashboardLink } from '@grafana/schema';
import { arrange, dashboard } from './dashboard.js';
import { text } from './panels.js';

const uid = 'chillin-runbooks';
const folder = new URL('../../../docs/runbooks/', import.meta.url);
// Those of alerts come first (their names begin with a capital letter); those of questions follow.
const names = readdirSync(folder).filter((name) => name.endsWith('.md')).map((name) => name.slice(0, -'.md'.length)).sort();

/** The names of all alerts, each of which has its runbook. */
export const alerts: readonly string[] = names.filter((name) => /^[A-Z]/.test(name));

/** Where Grafana shows a runbook alone. Its panel's id is its place in the list. Fails for a runbook that does not exist. */
function address(name: string): string {
  const at = names.indexOf(name);
  if (at < 0) throw new Error(`docs/runbooks has no ${name}.md`);
  return `/d/${uid}?viewPanel=${at + 1}`;
}

/** A panel's link to a runbook. */
export function runbook(name: string): DashboardLink {
  return {
    title: `Runbook: ${name}`, url: address(name), type: 'link', icon: 'doc', tooltip: '', tags: [],
    asDropdown: false, includeVars: false, keepTime: false, targetBlank: true,
  };
}

/** Links among runbooks lead to their panels; of those to other documents only the text is left, with the document's name. */
function content(name: string): string {
  const file = readFileSync(new URL(`${name}.md`, folder), 'utf8');
  return file.replace(/^# .*\n+/, '').replace(/\[([^\]]+)\]\((?![a-z]+:)([^)]+)\)/g, (_, label: string, target: string) => {
    const other = target.match(/^([\w-]+)\.md$/)?.[1];
    if (other !== undefined) return `[${label}](${address(other)})`;
    return target.startsWith('#') ? label : `${label} (${new URL(target, 'file:///docs/runbooks/').pathname.slice(1)})`;
  });
}

export function runbooks(): Dashboard {
  return dashboard({
    uid,
    title: 'Chillin / Runbooks',
    description: 'What each alert means, what to look at and what to do. Made of docs/runbooks.',
    panels: arrange([{ panels: names.map((name) => text(name, content(name))) }]),
    isAboutServers: false,
  });
}
