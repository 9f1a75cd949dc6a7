// A component of several files: objects merged with their getters kept.
export const compose = (...parts) => Object.defineProperties({}, Object.assign({}, ...parts.map(Object.getOwnPropertyDescriptors)));
