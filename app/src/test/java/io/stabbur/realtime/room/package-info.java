/// Topics and replicas without sockets.
@org.jspecify.annotations.NullMarked
package io.stabbur.realtime.room;
