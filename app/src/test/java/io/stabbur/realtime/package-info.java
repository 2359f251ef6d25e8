/// Realtime on the wire and through its clients. What comes over the wire is looked into without
/// asking whether it is there: a test fails either way.
@org.jspecify.annotations.NullUnmarked
package io.stabbur.realtime;
