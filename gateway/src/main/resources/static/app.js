import {ask, element, whole} from './page.js';
import {showRuns} from './runs.js';

const LOOK_EVERY_MS = 3000;
const at = id => document.getElementById(id);

async function showServices() {
  const {services} = await ask('v1/status');
  at('services').replaceChildren(...services.map(service =>
      element('li', {class: service.state === 'UP' ? 'up' : 'down', title: service.reason ?? service.state},
          service.name, service.state === 'UP' ? '' : ` ${service.state.toLowerCase()}`)));
}

async function showModels() {
  const {models} = await ask('v1/registry/models?limit=50');
  const key = JSON.stringify(models);
  if (at('models').dataset.shown === key) return;
  at('models').dataset.shown = key;
  at('models').replaceChildren(...(models.length === 0
      ? [element('p', {class: 'quiet'}, 'No models yet. A finished run publishes one.')]
      : models.map(model)));
}

/** How to ask a model of some kind by hand; none for those that nothing serves by a plain request. */
const ASK = {
  'image-encoder': "-H 'Content-Type: image/png' --data-binary @image.png",
  'text-encoder': "-H 'Content-Type: text/plain' --data-binary 'A text.'",
};

function model(found) {
  const aliases = Object.entries(found.aliases).map(([alias, version]) => `${alias} → ${version}`).join(', ');
  return element('article', {class: 'card'},
      element('div', {class: 'head'}, element('h3', {}, found.name),
          element('span', {class: 'quiet'}, `${found.versions} version${found.versions === 1 ? '' : 's'}${aliases ? ` · ${aliases}` : ''}`)),
      ASK[found.kind] ? toPaste(`curl -s ${ASK[found.kind]} ${location.origin}/v1/models/${found.name}/embed`) : null);
}

function toPaste(line) {
  const button = element('button', {type: 'button', onclick: async () => {
    await navigator.clipboard.writeText(line);
    button.textContent = 'Copied';
  }}, 'Copy');
  // Browsers give no clipboard to pages that come over plain HTTP from another machine.
  return element('div', {class: 'copy'}, element('code', {tabindex: 0}, line), navigator.clipboard ? button : null);
}

async function showDatasets() {
  const {datasets} = await ask('v1/datasets?limit=100');
  at('datasets').replaceChildren(datasets.length === 0
      ? element('p', {class: 'quiet'}, 'No data sets yet.')
      : element('div', {class: 'card scroll'}, element('table', {},
          element('thead', {}, element('tr', {}, ...['name', 'latest version'].map(name => element('th', {}, name)))),
          element('tbody', {}, ...datasets.map(dataset => element('tr', {},
              element('td', {}, dataset.name), element('td', {}, whole(dataset.latestVersion ?? 0))))))));
}

/** Each part stands by itself: a service that is away empties its own part and says why. */
async function look() {
  const troubles = [];
  await Promise.all([showServices, () => showRuns(at('runs')), showModels, showDatasets].map(async show => {
    try {
      await show();
    } catch (failure) {
      troubles.push(failure.message);
    }
  }));
  at('notice').hidden = troubles.length === 0;
  at('notice').textContent = [...new Set(troubles)].join(' · ');
  setTimeout(look, LOOK_EVERY_MS);
}

look();
