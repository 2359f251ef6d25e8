// Ends the way a script with a broken expectation does.
import assert from "node:assert/strict";

console.log("before the expectation");
assert.equal(1 + 1, 3, "two is not three");
