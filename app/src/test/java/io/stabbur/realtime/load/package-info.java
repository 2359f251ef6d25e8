/// A load generator for sockets, of use to benchmarks.
@org.jspecify.annotations.NullMarked
package io.stabbur.realtime.load;
