// Imported first by what people start: everything else may use what these versions bring. They are those that Prisma runs on.
const [major, minor] = process.versions.node.split('.').map(Number);
const isKnown = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24;
if (!isKnown) {
  console.error(
    `dialgate needs Node.js 20.19, 22.12 or 24, or newer ones of these; this is ${process.version}.`,
  );
  process.exit(1);
}
