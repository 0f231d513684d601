import {css} from "lit";

/** What the person asked the system for. */
export const adaptation = css`
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
    }
    .spinner {
      border-style: dotted;
    }
  }
  @media (prefers-contrast: more) {
    :host {
      --_muted: var(--_text);
      --_line: var(--_text);
    }
    .all {
      fill: var(--_soft);
      stroke: var(--_line);
    }
    .shade {
      fill-opacity: 0.8;
    }
    .track {
      stroke-opacity: 1;
    }
  }
  @media (forced-colors: active) {
    .badge,
    .steps li {
      border: 1px solid CanvasText;
    }
    .all {
      fill: Canvas;
      stroke: CanvasText;
    }
    .time .left,
    .meter .value,
    .meter .value.enough {
      fill: Highlight;
    }
    .meter .needed {
      fill: CanvasText;
      stroke: Canvas;
      stroke-width: 0.5;
    }
    button.main {
      border-color: ButtonText;
    }
  }
`;
