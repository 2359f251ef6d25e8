/// One row image of a change and its JSON.
@org.jspecify.annotations.NullMarked
package io.stabbur.realtime.change.row;
