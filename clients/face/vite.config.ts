import {readFileSync} from "node:fs";
import {fileURLToPath} from "node:url";
import {defineConfig} from "vite";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

// Whoever hands out Lit hands out its licence.
const NOTICE = `/*!
<frapi-face>, under the Apache License 2.0. Contains Lit, under this licence:

${readFileSync(path("../node_modules/lit/LICENSE"), "utf8").trim()}
*/`;

export default defineConfig({
  // From its sources, so that no other build has to come first.
  resolve: {alias: {"@frapi/client": path("../js/src/index.ts")}},
  build: {
    target: "es2022",
    lib: {entry: path("src/index.ts"), formats: ["es"], fileName: () => "frapi-face.js"},
    rolldownOptions: {output: {minify: true, postBanner: NOTICE}},
    sourcemap: false,
  },
});
