import {css} from "lit";

/** Colours, type and what all states share. */
export const base = css`
  :host {
    --_surface: var(--frapi-surface, light-dark(#ffffff, #14181e));
    --_text: var(--frapi-text, light-dark(#12161c, #eef1f5));
    --_muted: var(--frapi-muted, light-dark(#55606e, #a9b3bf));
    --_line: var(--frapi-line, light-dark(#dde2e9, #2d343d));
    --_soft: var(--frapi-soft, light-dark(#f3f5f8, #1d232b));
    --_accent: var(--frapi-accent, light-dark(#1f5fd6, #8ab8ff));
    --_on-accent: var(--frapi-on-accent, light-dark(#ffffff, #0b1526));
    --_good: var(--frapi-good, light-dark(#0f7a57, #5ad1a3));
    --_bad: var(--frapi-bad, light-dark(#b3261e, #ff9a90));
    --_radius: var(--frapi-radius, 1.5rem);
    /* On the picture, which is dark at its edges in every theme. */
    --_ring: var(--frapi-ring, #6fe3b4);
    --_hint: #ffc96b;
    --_room: max(11rem, 100dvh - 4rem);
    display: block;
    container: frapi-face / inline-size;
    color: var(--_text);
    font-family: var(--frapi-font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif);
    font-size: 1rem;
    line-height: 1.5;
    text-align: start;
    -webkit-text-size-adjust: 100%;
  }
  :host([hidden]) {
    display: none;
  }
  :host([theme="light"]) {
    color-scheme: light;
  }
  :host([theme="dark"]) {
    color-scheme: dark;
  }
  /* Browsers from before 2024. */
  @supports not (color: light-dark(#ffffff, #000000)) {
    :host {
      --_surface: var(--frapi-surface, #ffffff);
      --_text: var(--frapi-text, #12161c);
      --_muted: var(--frapi-muted, #55606e);
      --_line: var(--frapi-line, #dde2e9);
      --_soft: var(--frapi-soft, #f3f5f8);
      --_accent: var(--frapi-accent, #1f5fd6);
      --_on-accent: var(--frapi-on-accent, #ffffff);
      --_good: var(--frapi-good, #0f7a57);
      --_bad: var(--frapi-bad, #b3261e);
    }
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  .card {
    max-inline-size: 30rem;
    margin-inline: auto;
    padding: clamp(0.875rem, 4cqi, 1.5rem);
    background: var(--_surface);
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
  }
  h2,
  p,
  ul {
    margin: 0;
    padding: 0;
  }
  h2 {
    font-size: clamp(1.125rem, 5.2cqi, 1.375rem);
    font-weight: 650;
    line-height: 1.3;
    letter-spacing: -0.01em;
    text-wrap: balance;
    outline: none;
  }
  .icon {
    inline-size: 1.5em;
    block-size: 1.5em;
    flex: none;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.6;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .spoken {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  .foot {
    grid-area: foot;
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    align-items: center;
    justify-content: flex-end;
  }
  .picker {
    flex: 1 1 9rem;
    min-inline-size: 0;
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    align-items: center;
    gap: 0.5rem;
    color: var(--_muted);
  }
  select,
  button {
    min-block-size: 2.75rem;
    font: inherit;
    font-size: 0.9375rem;
    border-radius: 0.875rem;
    cursor: pointer;
  }
  select {
    inline-size: 100%;
    padding-inline: 0.75rem;
    border: 1px solid var(--_line);
    background: var(--_surface);
    color: var(--_text);
    text-overflow: ellipsis;
  }
  button {
    padding: 0.5rem 1.25rem;
    border: 1px solid transparent;
    font-weight: 600;
    background: transparent;
    color: var(--_text);
  }
  button.main {
    background: var(--_accent);
    color: var(--_on-accent);
  }
  button.main:hover {
    background: color-mix(in srgb, var(--_accent) 88%, var(--_text));
  }
  button.plain {
    border-color: var(--_line);
  }
  button.plain:hover,
  select:hover {
    background: var(--_soft);
  }
  :focus-visible {
    outline: 3px solid var(--_accent);
    outline-offset: 2px;
  }
`;
