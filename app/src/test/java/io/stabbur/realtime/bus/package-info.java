@org.jspecify.annotations.NullMarked
package io.stabbur.realtime.bus;
