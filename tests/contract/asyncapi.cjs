// AsyncAPI's own validator (npm @asyncapi/parser, what its command line runs) over the file named: fails on any error or warning.
const { readFileSync } = require("node:fs");
const { Parser } = require("@asyncapi/parser");

new Parser().validate(readFileSync(process.argv[2], "utf8")).then((found) => {
  const faults = found.filter(({ severity }) => severity <= 1);
  for (const { path, message } of faults) console.error(`${path.join("/")}: ${message}`);
  console.log(`${process.argv[2]}: ${faults.length} faults by the official validator`);
  process.exitCode = faults.length ? 1 : 0;
});
