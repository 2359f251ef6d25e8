/// Stage one: a request in the words of HTTP, parsed but not yet checked against any database.
/// Start with [DataRequest]; [RequestParser] makes it. Imports nothing of the later stages.
@NullMarked
package io.stabbur.data.request;

import org.jspecify.annotations.NullMarked;
