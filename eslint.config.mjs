import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["**/dist/**", "**/node_modules/**", "**/.cairn/**", "tests/**/programs/**"] },
  ...tseslint.configs.recommended,
  // One project of all files whose rules need types: the projects that are built would each read Node's and Pulumi's types again.
  {
    files: ["**/*.ts"],
    languageOptions: { parserOptions: { project: "tsconfig.eslint.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "no-console": "error",
      eqeqeq: ["error", "always", { null: "ignore" }],
    },
  },
  // With the types of a cloud's provider, rules that need types take minutes and gigabytes; tsc checks these files with all of them.
  {
    files: [
      "sdk/cluster/{eks,gke,aks,oke}/**",
      "stacks/**",
      "examples/!(custom-target|local-training|unsigned-image)/**",
    ],
    ...tseslint.configs.disableTypeChecked,
  },
  // Pulumi's runner loads programs and policy packs through require(), and mocha's `function` bodies use `this`.
  { files: ["**/*.test.ts", "tests/**"], rules: { "@typescript-eslint/no-unused-expressions": "off" } },
  { files: ["**/*.cjs", "**/bin/*.js"], rules: { "@typescript-eslint/no-require-imports": "off" } },
);
