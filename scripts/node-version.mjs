// Imported first by what people start: everything else may use what this version brings.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`dialgate needs Node.js 20.19 or newer; this is ${process.version}.`);
  process.exit(1);
}
