/// Pages for whoever knows the server: words of engineers are allowed here.
@NullMarked
package io.stabbur.console.expert;

import org.jspecify.annotations.NullMarked;
