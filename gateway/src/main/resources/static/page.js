// Builds elements. What the API says becomes text, never markup.
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value);
  }
  made.append(...children.filter(child => child !== null && child !== undefined).map(toNode));
  return made;
}

function toNode(child) {
  return child instanceof Node ? child : document.createTextNode(String(child));
}

export async function ask(path) {
  const answer = await fetch(path, {signal: AbortSignal.timeout(10_000)});
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.detail ?? `${path}: ${answer.status}`);
  return body;
}

export const whole = number => number.toLocaleString('en');
export const percent = fraction => `${(100 * fraction).toFixed(1)} %`;

export function duration(seconds) {
  const s = Math.round(seconds);
  return s < 60 ? `${s} s` : s < 3600 ? `${Math.floor(s / 60)} min ${s % 60} s` : `${Math.floor(s / 3600)} h ${Math.floor(s % 3600 / 60)} min`;
}
