/// The Storage API over the wire, against a running server on a real Postgres and a real store.
@NullMarked
package io.stabbur.storage;

import org.jspecify.annotations.NullMarked;
