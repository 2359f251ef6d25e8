/// What the catalog says of a table whose changes are read: columns, key, types, rights of roles.
@org.jspecify.annotations.NullMarked
package io.stabbur.realtime.change.table;
