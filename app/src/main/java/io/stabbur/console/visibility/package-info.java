/// Who reaches what: the trial with two organizations, in plain words.
@NullMarked
package io.stabbur.console.visibility;

import org.jspecify.annotations.NullMarked;
