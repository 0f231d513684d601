import type {CSSResult} from "lit";
import {adaptation} from "./adaptation.js";
import {base} from "./base.js";
import {checking} from "./checking.js";
import {layout} from "./layout.js";
import {panels} from "./panels.js";

/** In order: later ones change what earlier ones say. */
export const styles: CSSResult[] = [base, checking, panels, layout, adaptation];
