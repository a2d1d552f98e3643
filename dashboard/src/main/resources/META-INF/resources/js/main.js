import {Announcer} from './announcer.js';
import {Api, ApiError} from './api.js';
import {Appearance, APPEARANCES} from './appearance.js';
import {Banner} from './banner.js';
import {CommandView} from './commands/command-view.js';
import {CompareView} from './compare/compare-view.js';
import {Connection} from './connection.js';
import {Context, View} from './context.js';
import {el, fill} from './dom.js';
import {icon} from './icons.js';
import {Language, LANGUAGES, speak, t} from './language.js';
import {Preferences} from './preferences.js';
import {Route} from './router.js';
import {DeadLettersView} from './runs/dead-letters-view.js';
import {RunView} from './runs/run-view.js';
import {RunsView} from './runs/runs-view.js';
import {SignInView} from './session/sign-in-view.js';

const APPEARANCE_ICONS = {system: 'system', light: 'sun', dark: 'moon'};
const PROBLEM_MILLISECONDS = 12000;
const SIGN_IN_AGAIN_MILLISECONDS = 1000;

/**
 * @param {string} id
 * @return {!HTMLElement}
 */
function byId(id) {
  return /** @type {!HTMLElement} */ (document.getElementById(id));
}

/** The page: the header, the view that the address names, and the connection to the service. */
class Page {
  /** @type {string} */
  place = '';

  constructor() {
    this.preferences = new Preferences();
    this.announcer = new Announcer(byId('announcer'));
    this.api = new Api(() => this.signIn());
    this.appearance = new Appearance(this.preferences, () => this.view?.redraw());
    this.light = el('span', {class: 'light connecting'});
    /** @type {?View} */
    this.view = null;
    /** @type {?} */
    this.session = null;
    /** @type {?} */
    this.broker = null;
    this.main = byId('main');
    this.connection = new Connection({
      connected: () => this.view?.changed(null),
      changed: (run) => this.view?.changed(run),
      broker: (broker) => this.brokerChanged(broker),
      state: () => this.showConnection(),
      signedOut: () => this.signIn(),
    });
    this.banner = new Banner(byId('banner'), this.light, () => this.connection.retry());
    /** @type {!Context} */
    this.context = {
      api: this.api,
      announcer: this.announcer,
      preferences: this.preferences,
      failed: (e) => this.failed(e),
    };
  }

  async start() {
    byId('skip').addEventListener('click', (event) => {
      event.preventDefault();
      this.main.focus();
    });
    window.addEventListener('hashchange', () => this.show(true));
    await this.useLanguage(this.preferences.get('language', Language.ofBrowser()));
    await this.begin();
  }

  /** Shows the page if the user is signed in, otherwise the sign-in view. */
  async begin() {
    try {
      this.session = await this.api.get('/api/session');
    } catch (e) {
      // A service that does not answer yet is treated like one that has gone away: the page
      // reconnects.
      this.session = {'authentication': 'unknown', 'authenticated': true};
    }
    if (this.session['authenticated']) {
      this.showHeader();
      this.show(false);
      this.connection.start();
    } else {
      this.signIn();
    }
  }

  async signIn() {
    this.connection.stop();
    if (this.session['authentication'] === 'unknown') {
      try {
        this.session = await this.api.get('/api/session');
      } catch (e) {
        setTimeout(() => this.signIn(), SIGN_IN_AGAIN_MILLISECONDS);
        return;
      }
    }
    const authentication = this.session['authentication'];
    this.session = {'authentication': authentication, 'authenticated': false};
    this.showHeader();
    this.use(new SignInView(this.context, authentication, () => this.begin()));
  }

  async signOut() {
    try {
      await this.api.delete('/api/session');
    } catch (e) {
      this.failed(e);
    }
    await this.begin();
  }

  /** @param {string} code */
  async useLanguage(code) {
    speak(await Language.load(LANGUAGES.includes(code) ? code : LANGUAGES[0]));
    byId('skip').textContent = t('page.skip');
  }

  /** @param {string} code */
  async changeLanguage(code) {
    this.preferences.set('language', code);
    await this.useLanguage(code);
    this.banner.forget();
    this.showHeader();
    this.showConnection();
    if (!this.session['authenticated']) {
      this.signIn();
    } else if (this.view instanceof CommandView) {
      this.view.translate();
      this.showTitle();
    } else {
      this.show(false);
    }
    byId('language').focus();
  }

  showHeader() {
    const signedIn = this.session?.['authenticated'] === true;
    const links = [['#/', 'runs.title'], ['#/compare', 'compare.title'], ['#/new', 'form.title']];
    fill(byId('navigation'), signedIn
        ? el('ul', {}, links.map(([href, key]) => el('li', {}, el('a', {href}, t(key))))) : null);
    this.markPlace();
    fill(byId('controls'),
        signedIn ? this.light : null,
        this.languageButton(),
        this.appearanceButton(),
        signedIn && this.session['authentication'] === 'token'
            ? el('button', {type: 'button', class: 'plain', onclick: () => this.signOut()}, t('sign_in.out')) : null);
  }

  /** @return {!Element} */
  languageButton() {
    const other = document.documentElement.lang.startsWith('zh') ? 'en' : 'zh';
    const name = {en: 'English', zh: '中文'}[other];
    return el('button', {
      type: 'button', id: 'language', class: 'plain', lang: other === 'zh' ? 'zh-CN' : 'en-GB', onclick: () => this.changeLanguage(other),
    }, name);
  }

  /** @return {!Element} */
  appearanceButton() {
    const now = this.appearance.chosen;
    const label = t('appearance.label', {now: t(`appearance.${now}`)});
    return el('button', {
      'type': 'button', 'id': 'appearance', 'class': 'plain', 'aria-label': label, 'title': label,
      'onclick': () => {
        this.appearance.choose(APPEARANCES[(APPEARANCES.indexOf(now) + 1) % APPEARANCES.length]);
        byId('appearance').replaceWith(this.appearanceButton());
        byId('appearance').focus();
        this.announcer.say(t(`appearance.${this.appearance.chosen}`));
      },
    }, icon(APPEARANCE_ICONS[now]));
  }

  markPlace() {
    const place = {'': '#/', 'runs': '#/', 'dead-letters': '#/', 'compare': '#/compare', 'new': '#/new'}[new Route(location.hash).segments[0] ?? ''];
    for (const link of byId('navigation').querySelectorAll('a')) {
      if (link.getAttribute('href') === place) {
        link.setAttribute('aria-current', 'page');
      } else {
        link.removeAttribute('aria-current');
      }
    }
  }

  /**
   * @param {boolean} moved whether a link was followed, so that a screen reader starts with the new
   *   view
   */
  show(moved) {
    if (!this.session?.['authenticated']) {
      return;
    }
    const before = this.place ?? '';
    const route = new Route(location.hash);
    this.place = route.segments.slice(0, 2).join('/');
    this.use(this.viewOf(route));
    this.markPlace();
    if (moved) {
      this.main.focus({preventScroll: true});
      if (before !== this.place) {
        window.scrollTo(0, 0);
      }
    }
  }

  /**
   * @param {!Route} route
   * @return {!View}
   */
  viewOf(route) {
    const [first = '', second = '', third = ''] = route.segments;
    switch (first) {
      case '':
        return new RunsView(this.context);
      case 'runs':
        return second ? new RunView(this.context, second, third, route.query) : new RunsView(this.context);
      case 'compare':
        return new CompareView(this.context, (route.query.get('runs') ?? '').split(',').filter((name) => name !== ''));
      case 'new':
        return new CommandView(this.context, route.query);
      case 'dead-letters':
        return new DeadLettersView(this.context);
      default:
        location.hash = '#/';
        return new RunsView(this.context);
    }
  }

  /** @param {!View} view */
  use(view) {
    this.view?.dispose();
    this.view = view;
    this.showTitle();
    this.main.replaceChildren(view.element);
    this.main.removeAttribute('aria-busy');
  }

  showTitle() {
    document.title = `${this.view?.title ?? ''} · DeepSpeech`;
  }

  /** @param {?} broker */
  brokerChanged(broker) {
    const back = this.broker !== null && (!this.broker['connected'] || this.broker['reading']) && broker['connected'];
    this.broker = broker;
    this.showConnection();
    if (back) {
      this.view?.changed(null);
    }
  }

  showConnection() {
    this.banner.show(this.connection, this.broker);
  }

  /**
   * Reports a failed request. An unreachable service is not reported here, because the banner shows
   * it already.
   *
   * @param {*} e
   */
  failed(e) {
    if (!(e instanceof ApiError)) {
      console.error(e);
    } else if (e.status === 0 || e.status === 401) {
      return;
    }
    const text = e instanceof ApiError && e.status === 503 && e.reason === '' ? t('error.broker') : t('error.failed', {reason: e['message']});
    const problem = el('div', {class: 'toast', role: 'alert'}, icon('warning'), el('span', {}, text),
        el('button', {type: 'button', class: 'small', onclick: () => problem.remove()}, t('action.close')));
    document.querySelector('.toast')?.remove();
    document.body.append(problem);
    setTimeout(() => problem.remove(), PROBLEM_MILLISECONDS);
  }
}

new Page().start();
