// The end of each module: what JupyterLab asks for, and what an exported page calls with the state that it has stored.

export default /** @type {Widget} */ (widget);

/** @param {HTMLElement} el @param {Traits & { _css: string }} state */
export function mount(el, state) {
  const [model, inner] = [makeStandIn(state), h("div")];
  /** @type {Widget} */ (widget).initialize?.({ model });
  el.replaceChildren(h("style", {}, state._css), inner);
  widget.render({ model, el: inner });
}
