/// The HTTP side of realtime: broadcasts by REST, and how its errors read.
@org.jspecify.annotations.NullMarked
package io.stabbur.realtime.http;
