// A cluster's API server, as far as the targets' own objects meet it.

exports.id = (_type, name, token) => `${name}-${token}`;
exports.outputs = () => ({});
exports.rewrites = () => ({});
exports.createOnly = {};
exports.needs = [];
