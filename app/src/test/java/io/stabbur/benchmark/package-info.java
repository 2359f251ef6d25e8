/// Measurements as commands, run by the Maven profile `benchmark`; start at [Benchmark]. They print
/// what they measured and judge nothing: absolute figures belong to the machine.
@NullMarked
package io.stabbur.benchmark;

import org.jspecify.annotations.NullMarked;
