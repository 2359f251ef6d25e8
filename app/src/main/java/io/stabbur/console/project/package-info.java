/// The projects of this server.
@NullMarked
package io.stabbur.console.project;

import org.jspecify.annotations.NullMarked;
