import js from "@eslint/js";
import globals from "globals";
import {defineConfig, globalIgnores} from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  globalIgnores(["**/dist/", "**/coverage/", "python/"]),
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {parserOptions: {projectService: {allowDefaultProject: ["vitest.config.ts"]}}},
    rules: {
      "max-lines": ["error", {max: 400}],
      "max-lines-per-function": ["error", {max: 60, skipBlankLines: true, skipComments: true}],
      eqeqeq: ["error", "always", {null: "ignore"}],
      "@typescript-eslint/consistent-type-imports": "error",
      // Numbers read well in a template.
      "@typescript-eslint/restrict-template-expressions": ["error", {allowNumber: true}],
    },
  },
  // A suite is one long function.
  {files: ["**/*.test.ts"], rules: {"max-lines-per-function": "off"}},
  {files: ["**/*.js"], languageOptions: {globals: globals.node}},
);
