import {ask, duration, element, percent, whole} from './page.js';
import {bandCurve, curve, healthy} from './curve.js';

const ENDED = ['SUCCEEDED', 'FAILED', 'CANCELLED'];
const AT_WORK = ['RUNNING', 'EVALUATING'];
const FIGURES = {
  'accuracy': ['accuracy', percent],
  'accuracy.train': ['accuracy in training', percent],
  'knn.accuracy': ['k-NN accuracy', percent],
  'linear.accuracy': ['linear probe', percent],
  'collapse.std': ['std × √d', value => value.toFixed(3)],
  'collapse.rankme': ['RankMe', value => value.toFixed(1)],
  'collapse.alignment': ['alignment', value => value.toFixed(3)],
  'collapse.uniformity': ['uniformity', value => value.toFixed(3)],
  'collapse.z.std': ['z: std × √d', value => value.toFixed(3)],
  'collapse.z.rankme': ['z: RankMe', value => value.toFixed(1)],
  'collapse.z.alignment': ['z: alignment', value => value.toFixed(3)],
  'collapse.z.uniformity': ['z: uniformity', value => value.toFixed(3)],
  'vae.reconstruction': ['reconstruction', value => `${value.toFixed(1)} nats`],
  'vae.kl': ['divergence', value => `${value.toFixed(1)} nats`],
  'vae.active': ['active dimensions', value => whole(value)],
  'heldout.loss': ['held-out loss', value => `${value.toFixed(3)} nats a token`],
  'heldout.perplexity': ['perplexity', value => value.toFixed(1)],
  'heldout.bits-per-byte': ['bits per byte', value => value.toFixed(3)],
};

/** A browser keeps six connections to a host, over all its tabs; the other requests need some. */
const MOST_FOLLOWED = 3;

const cards = new Map();

/** Shows the runs at work and the newest of the others; the first of those at work are followed live. */
export async function showRuns(into) {
  const [working, evaluating, newest] = await Promise.all(['state=RUNNING', 'state=EVALUATING', '']
      .map(async state => (await ask(`v1/runs?limit=20&${state}`)).runs));
  const atWork = [...working, ...evaluating];
  // One that has moved on between two answers is in both.
  const runs = [...new Map([...atWork, ...newest].map(run => [run.id, run])).values()];
  const followed = new Set(runs.filter(run => AT_WORK.includes(run.state)).slice(0, MOST_FOLLOWED).map(run => run.id));
  for (const [id, card] of cards) {
    if (!followed.has(id)) card.stopFollowing();
    if (!runs.some(run => run.id === id)) cards.delete(id);
  }
  if (runs.length === 0) {
    into.replaceChildren(element('p', {class: 'quiet'}, 'No runs yet. Run ',
        element('code', {}, './athanor demo'), ', or POST a spec to /v1/runs.'));
    return;
  }
  for (const run of runs) {
    if (!cards.has(run.id)) cards.set(run.id, new RunCard());
    await cards.get(run.id).show(run, followed.has(run.id));
  }
  const elements = runs.map(run => cards.get(run.id).element);
  // Moved only when the order has changed, so that focus and scrolling stay.
  if (elements.some((one, i) => into.children[i] !== one) || into.children.length !== elements.length) {
    into.replaceChildren(...elements);
  }
}

class RunCard {
  element = element('article', {class: 'card'});
  points = null;
  evaluations = [];
  source = null;

  async show(run, followed) {
    const before = this.run;
    // What is followed says itself when it was looked at last.
    this.run = followed ? {...run, evaluatedStep: before?.evaluatedStep} : run;
    const unfollowedStep = !followed && before?.progress?.step !== run.progress?.step;
    if (this.points === null || before?.state !== run.state || unfollowedStep) {
      const metrics = await ask(`v1/runs/${encodeURIComponent(run.id)}/metrics`);
      this.points = metrics.points;
      this.evaluations = metrics.evaluations;
    }
    if (followed) this.follow();
    this.draw();
  }

  follow() {
    if (this.source !== null) return;
    this.source = new EventSource(`v1/runs/${encodeURIComponent(this.run.id)}/events`);
    this.source.addEventListener('progress', event => {
      const progress = JSON.parse(event.data);
      this.run = {...this.run, progress};
      if (progress.loss !== null && progress.step > (this.points.at(-1)?.step ?? 0)) this.points.push(progress);
      this.draw();
    });
    this.source.addEventListener('evaluated', event => {
      const {figures, step} = JSON.parse(event.data);
      this.run = {...this.run, figures: {...this.run.figures, ...figures}};
      if (step > (this.evaluations.at(-1)?.step ?? -1)) this.evaluations.push({step, figures});
      // An alarm that still holds is told again after these figures.
      if ('collapse.std' in figures) this.run = {...this.run, alarm: null, evaluatedStep: step};
      this.draw();
    });
    this.source.addEventListener('alarm', event => {
      this.run = {...this.run, alarm: JSON.parse(event.data)};
      this.draw();
    });
    // The browser would connect again for ever; the next look at the list does it if it is needed.
    this.source.onerror = () => this.stopFollowing();
  }

  stopFollowing() {
    this.source?.close();
    this.source = null;
  }

  draw() {
    const {run} = this;
    const {progress} = run;
    const live = !ENDED.includes(run.state);
    const parts = [
        element('div', {class: 'head'},
            element('h3', {}, run.name),
            element('span', {class: `state ${run.state}`}, run.state.toLowerCase()),
            element('span', {class: 'quiet'}, `${run.dataset.name} version ${run.dataset.version} · ${run.id}`)),
        run.reason ? element('p', {class: 'reason'}, run.reason) : null,
        run.alarm ? element('p', {class: 'reason', role: 'alert'},
            `Collapse alarm at step ${whole(run.alarm.step)}: ${run.alarm.causes.join(', ')}`) : null,
        live && progress?.totalSteps ? element('progress', {max: progress.totalSteps, value: progress.step,
            'aria-label': `step ${progress.step} of ${progress.totalSteps}`}) : null,
        live && progress ? element('p', {class: 'quiet'}, told(progress)) : null,
        element('div', {class: 'body'}, curve(this.points, progress?.totalSteps), figures(run)),
        bands(run, this.evaluations),
        pictures(run),
        table(run),
    ];
    // The browser would write the word "null" for those that are not there.
    this.element.replaceChildren(...parts.filter(part => part !== null));
  }
}

/** How far the collapse figures are from their bounds, evaluation by evaluation. */
function bands(run, evaluations) {
  const known = Object.keys(FIGURES).filter(key => run.bands?.[key]).map(key => [key, evaluations
      .filter(one => Number.isFinite(one.figures[key])).map(({step, figures}) => ({step, value: figures[key]}))]);
  const drawn = known.filter(([, found]) => found.length > 0);
  return drawn.length === 0 ? null : element('div', {class: 'bands'},
      ...drawn.map(([key, found]) => bandCurve(FIGURES[key][0], found, run.bands[key])));
}

/** What a VAE makes of images; made at every evaluation, hence the step in the address. */
function pictures(run) {
  if (run.figures?.['vae.kl'] === undefined) return null;
  const step = run.evaluatedStep ?? run.progress?.step ?? 0;
  return element('div', {class: 'pictures'}, ...['reconstructions', 'samples'].map(name =>
      element('img', {src: `v1/runs/${encodeURIComponent(run.id)}/pictures/${name}?step=${step}`,
          alt: name === 'samples' ? 'Images decoded from samples of the prior' : 'Images, each row above the row of its reconstructions'})));
}

function told(progress) {
  const parts = [`step ${whole(progress.step)} of ${whole(progress.totalSteps)}`];
  if (progress.loss !== null) {
    parts.push(`loss ${progress.loss.toFixed(3)}`, `${whole(Math.round(progress.imagesPerSecond))} images/s`,
        `${duration(progress.etaSeconds)} left`);
  } else if (progress.phase) {
    parts.push(progress.phase);
  }
  return parts.join(' · ');
}

function figures(run) {
  const known = Object.entries(FIGURES).filter(([key]) => run.figures?.[key] !== undefined);
  return known.length === 0
      ? element('p', {class: 'quiet'}, 'Collapse figures come with the first evaluation.')
      : element('dl', {}, ...known.flatMap(([key, [name, format]]) =>
          [element('dt', {}, name), element('dd', {'data-figure': key}, format(run.figures[key]),
              run.bands?.[key] ? element('span', {class: 'quiet'}, ` ${healthy(run.bands[key])}`) : null)]));
}

function table(run) {
  if (!run.table?.length) return null;
  const fractions = [...new Set(run.table.map(cell => cell.fraction))].sort((a, b) => a - b);
  const rows = [...new Set(run.table.map(cell => `${cell.encoder}, ${cell.method}`))];
  const at = (row, fraction) => run.table.find(cell => `${cell.encoder}, ${cell.method}` === row && cell.fraction === fraction);
  return element('div', {class: 'scroll'}, element('table', {},
      element('thead', {}, element('tr', {}, element('th', {}, 'accuracy on the test split'),
          ...fractions.map(fraction => element('th', {class: 'number'}, `${+(100 * fraction).toFixed(2)} % of the labels`)))),
      element('tbody', {}, ...rows.map(row => element('tr', {}, element('td', {}, row),
          ...fractions.map(fraction => cell(at(row, fraction))))))));
}

/** With how many labels it was found, which can be fewer than the column says. */
function cell(found) {
  return found
      ? element('td', {class: 'number', title: `${whole(found.labels)} labels`}, percent(found.accuracy))
      : element('td', {class: 'number'}, '–');
}
