import {fileURLToPath} from "node:url";
import {defineConfig} from "vitest/config";

export default defineConfig({
  resolve: {alias: {"@frapi/client": fileURLToPath(new URL("../js/src/index.ts", import.meta.url))}},
  test: {name: "face", include: ["test/**/*.test.ts"], environment: "node"},
});
