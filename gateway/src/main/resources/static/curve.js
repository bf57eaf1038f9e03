// A loss curve as SVG: steps across, loss up.
const SVG = 'http://www.w3.org/2000/svg';
const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [640, 180, 44, 22, 10];

export function curve(points, totalSteps) {
  const svg = draw('svg', {class: 'curve', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img'});
  const losses = points.map(point => point.loss).filter(Number.isFinite);
  if (losses.length === 0) {
    svg.append(label(WIDTH / 2, HEIGHT / 2, 'no steps yet', 'middle'));
    return svg;
  }
  const low = Math.min(...losses), high = Math.max(...losses), last = losses.at(-1);
  const steps = Math.max(totalSteps ?? 0, points.at(-1).step);
  const x = step => LEFT + (WIDTH - LEFT - 8) * step / steps;
  const y = loss => TOP + (HEIGHT - TOP - BOTTOM) * (high === low ? 0.5 : (high - loss) / (high - low));
  svg.setAttribute('aria-label', `Loss from ${losses[0].toFixed(2)} to ${last.toFixed(2)} at step ${points.at(-1).step} of ${steps}`);
  svg.append(
      draw('line', {class: 'axis', x1: LEFT, x2: LEFT, y1: TOP, y2: HEIGHT - BOTTOM}),
      draw('line', {class: 'axis', x1: LEFT, x2: WIDTH - 8, y1: HEIGHT - BOTTOM, y2: HEIGHT - BOTTOM}),
      label(LEFT - 6, y(high) + 4, high.toFixed(2), 'end'),
      high === low ? '' : label(LEFT - 6, y(low) + 4, low.toFixed(2), 'end'),
      label(LEFT, HEIGHT - 6, '0', 'middle'),
      label(WIDTH - 8, HEIGHT - 6, `step ${steps.toLocaleString('en')}`, 'end'),
      draw('path', {d: points.filter(point => Number.isFinite(point.loss))
          .map((point, i) => `${i ? 'L' : 'M'}${x(point.step).toFixed(1)} ${y(point.loss).toFixed(1)}`).join('')}));
  return svg;
}

function label(x, y, text, anchor) {
  const made = draw('text', {x, y, 'text-anchor': anchor});
  made.textContent = text;
  return made;
}

function draw(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
