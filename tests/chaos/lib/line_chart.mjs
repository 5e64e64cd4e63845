// Line charts as SVG, readable on light and dark pages: they follow the reader's colour scheme. Pure.

const kWidth = 900;
const kPanel = 230;
const kLeft = 70;
const kRight = 20;
const escape = (text) => String(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
const round = (value) => Number(value.toFixed(1));

/** Round numbers from low to high: of a logarithmic axis 1, 10, 100, ...; else about five. */
export function ticks(low, high, log) {
  const found = [];
  if (log) {
    for (let value = 10 ** Math.floor(Math.log10(low)); value <= high; value *= 10) if (value >= low) found.push(value);
    return found;
  }
  const rough = (high - low) / 5 || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((size) => size >= rough) ?? rough;
  for (let value = Math.ceil(low / step) * step; value <= high + step / 1e6; value += step) found.push(Number(value.toPrecision(10)));
  return found;
}

/**
 * @param {{ title: string, xLabel: string, marks?: { x: number, label: string }[],
 *   panels: { title: string, unit: string, log?: boolean, series: { name: string, points: number[][] }[] }[] }} chart
 *   panels share the x axis; a series has at most six companions; points that are not finite leave a gap.
 */
export function lineChart({ title, xLabel, marks = [], panels }) {
  const xs = panels.flatMap(({ series }) => series.flatMap(({ points }) => points.map(([x]) => x))).concat(marks.map(({ x }) => x));
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const x = (value) => round(kLeft + ((value - left) / (right - left || 1)) * (kWidth - kLeft - kRight));
  const height = 50 + panels.length * kPanel + 40;
  const parts = [`<text class="title" x="${kLeft}" y="24">${escape(title)}</text>`];
  panels.forEach((panel, index) => {
    const top = 50 + index * kPanel + 40;
    const bottom = 50 + (index + 1) * kPanel - 20;
    const values = panel.series.flatMap(({ points }) => points.map(([, y]) => y)).filter(Number.isFinite);
    const high = Math.max(...values, panel.log ? 10 : 1) * 1.05;
    const low = panel.log ? Math.max(0.1, 10 ** Math.floor(Math.log10(Math.max(0.1, Math.min(...values, high))))) : 0;
    const scale = panel.log ? (value) => Math.log10(Math.max(value, low) / low) / Math.log10(high / low) : (value) => (value - low) / (high - low);
    const y = (value) => round(bottom - scale(value) * (bottom - top));
    parts.push(`<text class="head" x="${kLeft}" y="${top - 24}">${escape(panel.title)}, ${escape(panel.unit)}</text>`);
    for (const tick of ticks(low, high, panel.log)) parts.push(`<path class="grid" d="M${kLeft} ${y(tick)}H${kWidth - kRight}"/><text class="tick" text-anchor="end" x="${kLeft - 8}" y="${y(tick) + 4}">${tick}</text>`);
    marks.forEach(({ x: at, label }, number) => parts.push(`<path class="mark" d="M${x(at)} ${top}V${bottom}"/>${index === 0 ? `<text class="tick" x="${x(at) + 3}" y="${top + 10 + (number % 3) * 12}">${escape(label)}</text>` : ''}`));
    panel.series.forEach(({ name, points }, at) => {
      let d = '';
      let pen = 'M';
      for (const [px, py] of points) {
        if (Number.isFinite(py)) d += `${pen}${x(px)} ${y(py)}`;
        pen = Number.isFinite(py) ? 'L' : 'M';
      }
      parts.push(`<path class="line s${at}" d="${d}"/><path class="line s${at}" d="M${kLeft + at * 170} ${top - 10}h18"/><text class="tick" x="${kLeft + 24 + at * 170}" y="${top - 6}">${escape(name)}</text>`);
    });
  });
  for (const tick of ticks(left, right, false)) parts.push(`<text class="tick" text-anchor="middle" x="${x(tick)}" y="${height - 38}">${tick}</text>`);
  parts.push(`<text class="tick" text-anchor="middle" x="${kWidth / 2}" y="${height - 14}">${escape(xLabel)}</text>`);
  const colours = (list) => list.map((colour, at) => `.s${at}{stroke:${colour}}`).join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${kWidth} ${height}" role="img" font-family="system-ui, sans-serif">
<title>${escape(title)}</title>
<style>.back{fill:#fff}text{fill:#222}.title{font-size:17px;font-weight:600}.head{font-size:14px}.tick{font-size:11px}.grid{stroke:#ddd;fill:none}.mark{stroke:#888;stroke-dasharray:4 3;fill:none}.line{fill:none;stroke-width:1.6}${colours(['#0b62c4', '#c25400', '#b3123f', '#5f6b1a', '#6a3ab2', '#007a78'])}
@media (prefers-color-scheme: dark){.back{fill:#15181c}text{fill:#e4e6e8}.grid{stroke:#33383e}.mark{stroke:#9aa0a6}${colours(['#6fb1ff', '#ffab5e', '#ff7d9c', '#c6d36b', '#c0a1ff', '#5fd4d0'])}}</style>
<rect class="back" width="${kWidth}" height="${height}"/>
${parts.join('\n')}
</svg>
`;
}
