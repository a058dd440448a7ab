// src/app/version.ts
/** This program's version, as package.json has it. */
const VERSION = "0.1.0";
export { VERSION as t };
