import {css} from "lit";

/** While the camera is on. */
export const checking = css`
  .checking {
    display: grid;
    grid-template: "prompt" auto "stage" auto "steps" auto "foot" auto / minmax(0, 1fr);
    gap: 1rem;
  }
  .prompt {
    grid-area: prompt;
    display: grid;
    align-content: center;
    gap: 0.25rem;
    min-block-size: 4.75rem;
    text-align: center;
  }
  .under {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    align-items: center;
    gap: 0.25rem 0.75rem;
    color: var(--_muted);
    font-size: 0.875rem;
    font-variant-numeric: tabular-nums;
  }
  .stage {
    grid-area: stage;
    position: relative;
    aspect-ratio: 4 / 5;
    max-block-size: max(11rem, 100dvh - 21rem);
    inline-size: 100%;
    overflow: hidden;
    border-radius: calc(var(--_radius) * 0.75);
    background: #10141a;
    isolation: isolate;
  }
  .picture,
  .picture > *,
  .guide,
  .over {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
  }
  .picture.mirrored {
    transform: scaleX(-1);
  }
  video {
    object-fit: cover;
  }
  .box {
    fill: none;
    stroke: #ffffff;
    stroke-width: 3;
    stroke-linecap: round;
    opacity: 0.85;
    transition:
      stroke-dasharray 0.12s linear,
      x 0.12s linear,
      y 0.12s linear,
      width 0.12s linear,
      height 0.12s linear,
      opacity 0.3s;
  }
  .box.gone {
    opacity: 0;
  }
  .guide {
    overflow: visible;
    pointer-events: none;
  }
  .shade {
    fill: #0b0f14;
    fill-opacity: 0.55;
  }
  .guide ellipse,
  .guide .arrow {
    fill: none;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .casing {
    stroke: #0b0f14;
    stroke-opacity: 0.5;
    stroke-width: 4.4;
  }
  .track {
    stroke: #ffffff;
    stroke-opacity: 0.4;
    stroke-width: 1.8;
    transition: stroke 0.4s;
  }
  .adjust .track {
    stroke: var(--_hint);
    stroke-opacity: 1;
  }
  .ring {
    stroke: var(--_ring);
    stroke-width: 3;
    stroke-dasharray: 100;
    transition: stroke-dashoffset 0.5s ease-out;
  }
  .ring.none {
    opacity: 0;
  }
  .arrow {
    stroke: #ffffff;
    stroke-width: 2.6;
    animation: nudge 1.6s ease-in-out infinite;
  }
  @keyframes nudge {
    50% {
      transform: translate(var(--_dx, 0), var(--_dy, 0));
    }
  }
  .arrow.left {
    --_dx: -3px;
  }
  .arrow.right {
    --_dx: 3px;
  }
  .arrow.up {
    --_dy: -3px;
  }
  .arrow.down {
    --_dy: 3px;
  }
  .over {
    display: grid;
    place-items: center;
    background: rgb(11 15 20 / 0.72);
    color: #ffffff;
  }
  .over .icon {
    inline-size: 3rem;
    block-size: 3rem;
  }
  .spinner {
    inline-size: 2.75rem;
    block-size: 2.75rem;
    border: 3px solid color-mix(in srgb, currentColor 25%, transparent);
    border-block-start-color: currentColor;
    border-radius: 50%;
    animation: spin 1.1s linear infinite;
  }
  @keyframes spin {
    to {
      rotate: 1turn;
    }
  }
  .time,
  .meter svg {
    block-size: 0.625rem;
    border-radius: 0.3125rem;
  }
  .time {
    inline-size: 6rem;
  }
  .meter svg {
    inline-size: 100%;
  }
  .all {
    fill: var(--_line);
  }
  .time .left,
  .meter .value {
    fill: var(--_accent);
    transition:
      width 0.25s linear,
      fill 0.3s;
  }
  .meter .value.enough {
    fill: var(--_good);
  }
  .meter .needed {
    fill: var(--_text);
  }

  .wanted {
    grid-area: steps;
    container: frapi-wanted / inline-size;
    display: grid;
    gap: 0.875rem;
    align-content: start;
  }
  .steps {
    display: flex;
    gap: 0.5rem;
    list-style: none;
  }
  .steps li {
    flex: 1 1 0;
    min-inline-size: 0;
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    column-gap: 0.5rem;
    align-items: center;
    padding: 0.5rem 0.625rem;
    border-radius: 0.875rem;
    background: var(--_soft);
    color: var(--_muted);
    font-size: 0.8125rem;
    line-height: 1.3;
  }
  .steps .icon {
    grid-row: span 2;
    font-size: 0.9375rem;
  }
  .steps b {
    color: var(--_text);
    font-weight: 600;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .steps .met,
  .steps .met b {
    color: var(--_good);
  }
  /* Narrow tiles: what is wanted stands over how much of it there is, and in the middle. */
  @container frapi-wanted (inline-size < 23rem) {
    .steps li {
      grid-template-columns: minmax(0, 1fr);
      justify-items: center;
      row-gap: 0.125rem;
      padding-inline: 0.25rem;
      text-align: center;
    }
    .steps .icon {
      grid-row: auto;
    }
  }
  .meter {
    display: grid;
    grid-template-columns: auto minmax(3rem, 1fr);
    gap: 0.75rem;
    align-items: center;
    color: var(--_muted);
    font-size: 0.8125rem;
  }
  [dir="rtl"] .meter svg,
  [dir="rtl"] .time {
    transform: scaleX(-1);
  }
`;
