import { createRequire } from "node:module";
import type * as Crypto from "node:crypto";
import type * as Drawing from "./graph-drawing";
import type * as Lint from "./lint";
import type * as Parse from "./parse";
import type * as ParseGate from "./parse-gate";
import type * as ParseStored from "./parse-stored";
import type * as Yaml from "./yaml";
import type * as YamlStrict from "./yaml-strict";

/*
 * zod and the readers of YAML take as long to load as Node to start, so what needs them is loaded only when something has to be parsed; what
 * draws or lints, when somebody wants that; Node's cryptography, which takes 6 ms, when something has to be hashed. The paths begin at the
 * parent folder because this file is also part of `dist/cli/cairn.js`.
 */
const load = createRequire(__filename);

export const lazyCrypto = (): typeof Crypto => load("node:crypto") as typeof Crypto;
export const lazyLint = (): typeof Lint => load("../recipe/lint") as typeof Lint;
export const lazyParse = (): typeof Parse => load("../recipe/parse") as typeof Parse;
export const lazyParseStored = (): typeof ParseStored => load("../recipe/parse-stored") as typeof ParseStored;
export const lazyYaml = (): typeof Yaml => load("../recipe/yaml") as typeof Yaml;
export const lazyStrictYaml = (): typeof YamlStrict => load("../recipe/yaml-strict") as typeof YamlStrict;
export const lazyDrawing = (): typeof Drawing => load("../recipe/graph-drawing") as typeof Drawing;
export const lazyParseGate = (): typeof ParseGate => load("../recipe/parse-gate") as typeof ParseGate;
