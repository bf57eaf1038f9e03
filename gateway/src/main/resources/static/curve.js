// Curves as SVG: steps across, what is looked at up.
const SVG = 'http://www.w3.org/2000/svg';
const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [640, 180, 44, 22, 10];
const [BAND_WIDTH, BAND_HEIGHT] = [260, 90];

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

/** A figure of every evaluation over its healthy band, which is shaded up to its bound. */
export function bandCurve(name, found, {atLeast, atMost}) {
  const svg = draw('svg', {class: 'curve band', viewBox: `0 0 ${BAND_WIDTH} ${BAND_HEIGHT}`, role: 'img'});
  const bound = atLeast ?? atMost, values = found.map(point => point.value);
  const low = Math.min(bound, ...values), high = Math.max(bound, ...values), margin = (high - low || 1) / 8;
  const steps = Math.max(1, found.at(-1).step);
  const x = step => 8 + (BAND_WIDTH - 16) * step / steps;
  const y = value => TOP + BOTTOM + (BAND_HEIGHT - TOP - BOTTOM) * (high + margin - value) / (high - low + 2 * margin);
  const top = atLeast === null ? y(bound) : TOP + BOTTOM;
  const bottom = atLeast === null ? BAND_HEIGHT : y(bound);
  svg.setAttribute('aria-label', `${name} ${number(values.at(-1))} at step ${found.at(-1).step}, healthy ${healthy({atLeast, atMost})}`);
  svg.append(
      draw('rect', {class: 'healthy', x: 0, width: BAND_WIDTH, y: top, height: bottom - top}),
      draw('line', {class: 'bound', x1: 0, x2: BAND_WIDTH, y1: y(bound), y2: y(bound)}),
      label(0, TOP + 6, name, 'start'),
      label(BAND_WIDTH, TOP + 6, `healthy ${healthy({atLeast, atMost})}`, 'end'),
      draw('path', {d: found.map((point, i) => `${i ? 'L' : 'M'}${x(point.step).toFixed(1)} ${y(point.value).toFixed(1)}`).join('')}),
      ...found.map(point => draw('circle', {cx: x(point.step).toFixed(1), cy: y(point.value).toFixed(1), r: 2})));
  return svg;
}

/** A band's bound, as `≥ 0.2`. */
export function healthy({atLeast, atMost}) {
  return atLeast === null ? `≤ ${number(atMost)}` : `≥ ${number(atLeast)}`;
}

function number(value) {
  return String(+value.toPrecision(4));
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
