import {css} from "lit";

/** Before and after. */
export const panels = css`
  .panel {
    display: grid;
    grid-template: "icon" auto "text" auto "actions" auto / minmax(0, 1fr);
    gap: 1.25rem;
    justify-items: stretch;
    padding-block: clamp(0.5rem, 5cqi, 1.5rem) 0.25rem;
    text-align: center;
  }
  .badge {
    grid-area: icon;
    place-self: center;
    display: grid;
    place-items: center;
    inline-size: 5.5rem;
    block-size: 5.5rem;
    border-radius: 50%;
    background: color-mix(in srgb, var(--_tint, var(--_accent)) 12%, transparent);
    color: var(--_tint, var(--_accent));
  }
  .badge .icon {
    inline-size: 2.75rem;
    block-size: 2.75rem;
  }
  .panel.good {
    --_tint: var(--_good);
  }
  .panel.bad {
    --_tint: var(--_bad);
  }
  .panel.quiet {
    --_tint: var(--_muted);
  }
  .good .badge path {
    stroke-width: 2;
    stroke-dasharray: 24;
    animation: draw 0.6s 0.1s ease-out backwards;
  }
  @keyframes draw {
    from {
      stroke-dashoffset: 24;
    }
  }
  .text {
    grid-area: text;
    display: grid;
    gap: 0.5rem;
  }
  .text p {
    color: var(--_muted);
    text-wrap: pretty;
  }
  .text .code {
    font-size: 0.75rem;
    font-family: ui-monospace, monospace;
    overflow-wrap: anywhere;
  }
  .tips {
    display: grid;
    gap: 0.625rem;
    margin: 0.5rem auto 0;
    list-style: none;
    text-align: start;
  }
  .tips li {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 0.75rem;
    align-items: center;
  }
  .tips .icon {
    color: var(--_accent);
  }
  .actions {
    grid-area: actions;
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 0.625rem;
  }
  .actions button {
    flex: 1 1 auto;
    max-inline-size: 22rem;
  }
  .actions .main {
    flex-grow: 3;
  }
  .actions .picker {
    flex-basis: 100%;
  }
`;
