import { type Rules } from "./rules";

/** A cluster's API server, as far as the targets' own objects meet it. */
export const kubernetes: Rules = {
  id: (_type, name, token) => `${name}-${token}`,
  outputs: () => ({}),
  rewrites: () => ({}),
  createOnly: {},
  needs: [],
};
