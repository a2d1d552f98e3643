import {ApiError, path} from '../api.js';
import {Context} from '../context.js';
import {el, fill, setText, uniqueId} from '../dom.js';
import {t} from '../language.js';
import {address} from '../router.js';
import {valueText} from '../runs/configuration-panel.js';
import {allowed, grouped, help, isNumeric, value} from './arguments.js';
import {queueInputs, queuePlace} from './queue-fields.js';

const MODES = ['train', 'resume', 'fine-tune'];

/** Matches the field name at the beginning of a rejection. */
const NAMED_FIELD = /^([a-z_]+): /;

/**
 * The form of a train, resume or fine-tune command. It publishes only the values that differ from
 * the defaults or, for resume, from those of the run.
 */
export class CommandView {
  /** @type {!HTMLElement} */
  problem;

  /** @type {!HTMLElement} */
  message;

  /** @type {!HTMLButtonElement} */
  button;

  /**
   * @param {!Context} context
   * @param {!URLSearchParams} query query parameters: resume and checkpoint, or from with the value
   *   run/checkpoint
   */
  constructor(context, query) {
    this.context = context;
    this.title = t('form.title');
    this.mode = query.has('resume') ? 'resume' : query.has('from') ? 'fine-tune' : 'train';
    const [origin, checkpoint] = (query.get('from') ?? '').split('/');
    this.source = query.get('resume') ?? origin;
    this.checkpoint = query.get('checkpoint') ?? checkpoint ?? '';
    /** @type {!Array<?>} */
    this.arguments = [];
    /** @type {!Array<?>} */
    this.runs = [];
    /** @type {!Object<string, *>} the initial values of the form */
    this.base = {};
    /** @type {!Array<string>} */
    this.checkpoints = [];
    /** @type {!Map<string, !Element>} */
    this.inputs = new Map();
    this.abort = new AbortController();
    this.form = el('form', {class: 'command', novalidate: true, onsubmit: (event) => this.submit(event), oninput: () => this.showMessage()});
    this.heading = el('h1', {}, this.title);
    this.element = el('div', {class: 'view narrow'}, el('div', {class: 'view-header'}, this.heading), this.form);
    this.load();
  }

  /** Switches to the current language and keeps the entered values. */
  translate() {
    const entered = [...this.inputs].map(([name, input]) => [name, input['value']]);
    this.title = t('form.title');
    setText(this.heading, this.title);
    if (this.arguments.length > 0) {
      this.build();
    }
    for (const [name, value] of entered) {
      this.inputs.get(name)['value'] = value;
    }
    this.showMessage();
  }

  async load() {
    try {
      const signal = this.abort.signal;
      [this.arguments, this.runs] = await Promise.all([
        this.context.api.get('/api/arguments', signal).then((answer) => answer['arguments']),
        this.context.api.get('/api/runs', signal).then((answer) => answer['runs']),
      ]);
      await this.loadSource();
      this.build();
    } catch (e) {
      if (!this.abort.signal.aborted) {
        this.context.failed(e);
      }
    }
  }

  /**
   * Loads the initial values: those of the source run if the command has one, otherwise the
   * defaults.
   */
  async loadSource() {
    const defaults = Object.fromEntries(this.arguments.map((argument) => [argument['name'], argument['default'] ?? null]));
    this.base = defaults;
    this.checkpoints = [];
    if (this.mode === 'train') {
      return;
    }
    const withCheckpoint = this.runs.filter((run) => run['last_checkpoint'] !== undefined).map((run) => run['run']);
    if (!withCheckpoint.includes(this.source)) {
      this.source = withCheckpoint[0] ?? '';
      this.checkpoint = '';
    }
    if (this.source !== '') {
      const run = await this.context.api.get(path('runs', this.source), this.abort.signal);
      this.base = {...defaults, ...run['configuration'], 'resume_model': null, 'pretrained_model': null};
      this.checkpoints = (run['checkpoints'] ?? []).filter((each) => each['kept'] !== false).map((each) => each['checkpoint']);
    }
  }

  build() {
    this.inputs.clear();
    this.problem = el('div', {class: 'notice bad', role: 'alert', tabindex: '-1', hidden: true});
    this.message = el('pre', {'class': 'scroll', 'tabindex': '0', 'role': 'group', 'aria-label': t('form.message')});
    this.button = el('button', {class: 'button primary'}, t(`form.submit.${this.mode}`));
    fill(this.form,
        this.problem,
        el('fieldset', {class: 'card modes'}, el('legend', {}, t('form.mode')), MODES.map((mode) => this.modeChoice(mode))),
        el('fieldset', {class: 'card fields'}, el('legend', {}, t(`form.begin.${this.mode}`)), this.beginning()),
        grouped(this.arguments).map(({group, members}) =>
            el('fieldset', {class: 'card fields'}, el('legend', {}, t(`form.group.${group}`)), members.map((each) => this.argumentField(each)))),
        el('details', {class: 'card'}, el('summary', {}, t('form.message')), this.message),
        el('div', {class: 'actions end'},
            el('a', {class: 'button', href: this.source === '' ? '#/' : address(['runs', this.source])}, t('action.cancel')), this.button));
    this.showMessage();
  }

  /**
   * @param {string} mode
   * @return {!Element}
   */
  modeChoice(mode) {
    return el('label', {class: 'mode'},
        el('input', {type: 'radio', name: 'mode', value: mode, checked: mode === this.mode, onchange: () => this.changeMode(mode)}),
        el('span', {}, el('strong', {}, t(`form.mode.${mode}`)), el('span', {class: 'quiet'}, t(`form.mode.${mode}.help`))));
  }

  /** @param {string} mode */
  async changeMode(mode) {
    this.mode = mode;
    await this.again();
    this.form.querySelector('input[name=mode]:checked')?.focus();
  }

  async again() {
    try {
      await this.loadSource();
      this.build();
    } catch (e) {
      this.context.failed(e);
    }
  }

  /** @return {!Array<!Element>} the fields that say where the command starts from */
  beginning() {
    if (this.mode === 'train') {
      return [this.runField(''), ...this.queueFields()];
    }
    const sources = this.runs.filter((each) => each['last_checkpoint'] !== undefined).map((each) => each['run']);
    const source = el('select', {
      onchange: async (event) => {
        this.source = event.target.value;
        this.checkpoint = '';
        await this.again();
        this.inputs.get('source')?.focus();
      },
    }, sources.map((each) => el('option', {value: each, selected: each === this.source}, each)));
    const wanted = this.checkpoint || (this.mode === 'resume' ? 'latest' : 'best');
    const named = ['latest', 'best', ...this.checkpoints];
    const checkpoint = el('select', {}, [...new Set([...named, wanted])].map((each) =>
        el('option', {value: each, selected: each === wanted}, each)));
    const begin = [
      this.field('source', t('form.source'), sources.length === 0 ? t('form.no_source') : '', source),
      this.field('checkpoint', t('checkpoints.checkpoint'), '', checkpoint),
    ];
    if (this.mode === 'resume') {
      return [...begin, ...this.queueFields()];
    }
    const what = el('select', {},
        el('option', {value: 'pretrained_model'}, t('form.weights')), el('option', {value: 'resume_model'}, t('form.everything')));
    return [
      this.runField(`${this.source}-tuned`.slice(0, 63)),
      ...begin,
      this.field('what', t('form.what'), t('form.what.help'), what),
      ...this.queueFields(),
    ];
  }

  /** @return {!Array<!Element>} the fields that place the run in the queue */
  queueFields() {
    const inputs = queueInputs();
    return Object.keys(inputs).map((name) => this.field(name, t(`form.${name}`), t(`form.${name}.help`), inputs[name]));
  }

  /**
   * @param {string} name proposed name
   * @return {!Element}
   */
  runField(name) {
    const input = el('input', {type: 'text', autocomplete: 'off', spellcheck: 'false', value: name});
    return this.field('run', t('form.run'), t('form.run.help'), input);
  }

  /**
   * @param {?} argument
   * @return {!Element}
   */
  argumentField(argument) {
    const name = argument['name'];
    const now = this.base[name];
    const names = argument['type'] === 'flag' ? ['True', 'False'] : argument['choices'];
    const input = names.length > 0
        ? el('select', {}, names.map((each) => el('option', {value: each, selected: each === valueText(now)}, each)))
        : el('input', {
          type: 'text', autocomplete: 'off', spellcheck: 'false',
          inputmode: isNumeric(argument) ? 'decimal' : null,
          placeholder: argument['optional'] ? 'None' : null,
          value: now === null || now === undefined ? '' : String(now),
        });
    const facts = t('form.facts', {standard: valueText(argument['default']), allowed: allowed(argument)});
    return this.field(name, name, [help(argument), el('span', {class: 'facts'}, facts)], input);
  }

  /**
   * @param {string} name
   * @param {string} label
   * @param {*} helpText
   * @param {!Element} input
   * @return {!Element}
   */
  field(name, label, helpText, input) {
    const id = uniqueId('field');
    input.id = id;
    input.setAttribute('name', name);
    input.setAttribute('aria-describedby', `${id}-problem ${id}-help`);
    this.inputs.set(name, input);
    return el('div', {'class': 'field', 'data-field': name},
        el('label', {for: id}, label),
        input,
        el('p', {id: `${id}-problem`, class: 'problem', hidden: true}),
        el('p', {id: `${id}-help`, class: 'help'}, helpText));
  }

  /**
   * @param {string} name
   * @return {string}
   */
  given(name) {
    const input = this.inputs.get(name);
    return input ? input['value'] : '';
  }

  /** @return {!Object} the message that the form describes */
  command() {
    const configuration = {};
    for (const argument of this.arguments) {
      const name = argument['name'];
      const input = this.inputs.get(name);
      if (input) {
        const now = value(argument, this.given(name));
        const standing = this.mode === 'resume' ? this.base[name] : argument['default'];
        if (now !== (standing ?? null)) {
          configuration[name] = now;
        }
      }
    }
    const checkpoint = this.given('checkpoint');
    if (this.mode === 'resume') {
      configuration['resume_model'] = checkpoint;
    } else if (this.mode === 'fine-tune') {
      configuration[this.given('what')] = `${this.given('source')}/${checkpoint}`;
    }
    return {
      'command': this.mode,
      'run': this.mode === 'resume' ? this.given('source') : this.given('run').trim(),
      ...queuePlace(this.given('priority'), this.given('preempt')),
      'configuration': configuration,
    };
  }

  showMessage() {
    if (this.message) {
      this.message.textContent = JSON.stringify(this.command(), null, 2);
    }
  }

  /** @param {!Event} event */
  async submit(event) {
    event.preventDefault();
    const command = this.command();
    this.clearProblems();
    this.button.setAttribute('aria-busy', 'true');
    this.button.disabled = true;
    this.context.announcer.say(t('form.sent'));
    try {
      await this.context.api.post('/api/commands', command);
      this.context.announcer.say(t('form.done', {run: command['run']}));
      location.hash = address(['runs', command['run']]);
    } catch (e) {
      this.refused(e, command['run']);
    } finally {
      this.button.removeAttribute('aria-busy');
      this.button.disabled = false;
    }
  }

  clearProblems() {
    this.problem.hidden = true;
    for (const input of this.inputs.values()) {
      input.removeAttribute('aria-invalid');
      const line = /** @type {!HTMLElement} */ (document.getElementById(`${input.id}-problem`));
      line.hidden = true;
    }
  }

  /**
   * @param {*} e
   * @param {string} run
   */
  refused(e, run) {
    if (!(e instanceof ApiError) || ![409, 422, 503, 504].includes(e.status)) {
      this.context.failed(e);
      return;
    }
    const field = e.field ?? NAMED_FIELD.exec(e.reason)?.[1] ?? '';
    const input = this.inputs.get(field);
    fill(this.problem,
        el('strong', {}, t(`form.refused.${e.status}`)),
        e.reason === '' ? null : el('p', {}, e.reason),
        e.status === 504 ? el('a', {href: address(['runs', run])}, run) : null);
    this.problem.hidden = false;
    if (input) {
      const line = /** @type {!HTMLElement} */ (document.getElementById(`${input.id}-problem`));
      line.textContent = e.reason;
      line.hidden = false;
      input.setAttribute('aria-invalid', 'true');
      input.focus();
    } else {
      this.problem.focus();
    }
  }

  changed() {}

  redraw() {}

  dispose() {
    this.abort.abort();
  }
}
