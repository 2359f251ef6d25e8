/// Realtime on the wire and through its clients.
@org.jspecify.annotations.NullMarked
package io.stabbur.realtime;
