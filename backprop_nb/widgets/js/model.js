// The model, which Python and every view share, or what stands in for it where there is no kernel.

/** Has Python gone? ipywidgets marks the view; a page without any kernel says so itself. @param {Page} page */
const isAlive = ({ model, el }) => !model.standIn && !el.closest(".jupyter-widgets-disconnected");

/** A function that has `act` done after so many milliseconds, unless it is called again; after null, never.
 * @param {() => void} act @returns {(wait: number | null) => void} */
function makeTimer(act) {
  let timer = 0;
  return (wait) => {
    clearTimeout(timer);
    if (wait !== null) timer = setTimeout(act, wait);
  };
}

/** A model for pages that have no kernel: what is set stays in the page. @param {Traits} state @returns {Model} */
function makeStandIn(state) {
  const heard = new EventTarget();
  return {
    standIn: true,
    get: (name) => state[name],
    set(name, value) {
      if (state[name] === value) return;
      state[name] = value;
      heard.dispatchEvent(new Event(`change:${name}`));
    },
    save_changes() {},
    send() {},
    on: (name, listener) => heard.addEventListener(name, /** @type {EventListener} */ (listener)),
    off: (name, listener) => heard.removeEventListener(name, /** @type {EventListener} */ (listener)),
  };
}
