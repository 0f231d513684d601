import {css, unsafeCSS} from "lit";

/** Beside each other: for a container that is wider than high, as a phone held sideways. */
const WIDE = `
  .card { max-inline-size: 56rem; padding: 1rem; }
  .checking, .panel {
    grid-template: "stage prompt" auto "stage steps" 1fr "stage foot" auto / minmax(0, 1.15fr) minmax(13rem, 1fr);
    column-gap: 1.25rem;
  }
  .stage { aspect-ratio: auto; block-size: var(--_room); max-block-size: none; }
  .prompt { text-align: start; min-block-size: 0; }
  .prompt h2 { font-size: 1.125rem; }
  .under { justify-content: flex-start; }
  .panel { grid-template: "icon text" 1fr "icon actions" auto / minmax(7rem, 0.6fr) minmax(0, 1.4fr); text-align: start; }
  .panel .text { align-self: center; }
  .panel .tips { margin-inline: 0; }
  .panel .actions { justify-content: flex-start; }
`;

/** Containers that are wide and low, and such as the page gives a height. */
export const layout = css`
  @media (max-height: 33rem) {
    @container frapi-face (inline-size >= 32rem) {
      ${unsafeCSS(WIDE)}
    }
  }

  /* As high as the page makes it. */
  :host([layout="fill"]) {
    block-size: 100%;
    container-type: size;
    --_room: 100%;
  }
  :host([layout="fill"]) .card {
    display: grid;
    max-inline-size: none;
    block-size: 100%;
    overflow: auto;
  }
  :host([layout="fill"]) .checking {
    grid-template-rows: auto minmax(9rem, 1fr) auto auto;
  }
  :host([layout="fill"]) .stage {
    aspect-ratio: auto;
    block-size: 100%;
    max-block-size: none;
  }
  :host([layout="fill"]) .panel {
    align-content: center;
  }
  @container frapi-face (aspect-ratio >= 5/4) and (inline-size >= 32rem) {
    ${unsafeCSS(WIDE)}
    :host([layout="fill"]) .checking {
      grid-template-rows: auto minmax(0, 1fr) auto;
    }
  }
`;
