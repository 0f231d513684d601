import {css, unsafeCSS} from "lit";

/** Beside each other: for a container that is wider than high, as a phone held sideways. */
const WIDE = `
  .card { max-inline-size: 56rem; padding: 0.875rem; }
  .checking, .panel {
    grid-template: "stage prompt" auto "stage steps" 1fr "stage foot" auto / minmax(0, 1.15fr) minmax(13rem, 1fr);
    gap: 0.75rem 1.25rem;
  }
  .checking { min-block-size: var(--_room); }
  .stage { aspect-ratio: auto; block-size: auto; min-block-size: 0; max-block-size: none; }
  .prompt { text-align: start; min-block-size: 2.875rem; align-content: start; }
  .prompt h2 { font-size: 1.125rem; }
  .under { justify-content: flex-start; }
  .time { inline-size: 4rem; }
  .steps { flex-direction: column; gap: 0.375rem; }
  .steps li { grid-template-columns: auto minmax(0, 1fr) auto; justify-items: start; padding: 0.375rem 0.75rem; text-align: start; }
  .steps .icon { grid-row: auto; }
  .panel { grid-template: "icon text" 1fr "icon actions" auto / minmax(7rem, 0.5fr) minmax(0, 1.5fr); padding-block: 0.25rem; text-align: start; }
  .panel .text { align-self: center; }
  .panel .tips { margin-inline: 0; }
  .panel .actions { justify-content: flex-start; }
`;

/** Containers that are wide and low, and such as the page gives a height. */
export const layout = css`
  @media (max-height: 40rem) {
    .prompt {
      min-block-size: 3.5rem;
    }
    .checking {
      gap: 0.75rem;
    }
    .stage {
      max-block-size: max(11rem, 100dvh - 18rem);
    }
  }
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
    block-size: 100%;
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
    :host([layout="fill"]) .checking {
      grid-template-rows: auto minmax(0, 1fr) auto;
    }
    ${unsafeCSS(WIDE)}
    .wanted {
      overflow: auto;
    }
  }
`;
