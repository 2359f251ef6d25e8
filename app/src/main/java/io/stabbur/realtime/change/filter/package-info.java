/// Filters of bindings: their text, their check against a table, and whether a row passes them.
@org.jspecify.annotations.NullMarked
package io.stabbur.realtime.change.filter;
